/** The Network Information API, which only Chromium implements. */
interface NetworkInformation extends EventTarget {
  /** The approximate bandwidth in Mbit/s. */
  downlink: number;
  saveData: boolean;
}
const { connection } = navigator as { connection?: NetworkInformation };

/** The bandwidth below which the network counts as slow, in Mbit/s. */
const SLOW_BELOW_MBITS = 3;

function isSlow(): boolean {
  if (!connection) return false;
  return connection.saveData || connection.downlink < SLOW_BELOW_MBITS;
}

export const network = $state({ online: navigator.onLine, slow: isSlow() });

window.addEventListener('online', () => {
  network.online = true;
});
window.addEventListener('offline', () => {
  network.online = false;
});
connection?.addEventListener('change', () => {
  network.slow = isSlow();
});
