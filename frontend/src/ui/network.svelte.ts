/** What Chromium tells of the connection; other browsers tell nothing. */
interface Connection extends EventTarget {
  /** Megabits a second, roughly. */
  downlink: number;
  saveData: boolean;
}
const { connection } = navigator as { connection?: Connection };

/** Megabits a second from which on a screen of large prints comes at once. */
const FAST = 3;
const isSlow = () =>
  connection !== undefined && (connection.saveData || connection.downlink < FAST);

/** Whether the browser believes to be online, and to have little to spare. */
export const network = $state({ online: navigator.onLine, slow: isSlow() });

window.addEventListener('online', () => (network.online = true));
window.addEventListener('offline', () => (network.online = false));
connection?.addEventListener('change', () => (network.slow = isSlow()));
