/** Whether the browser believes to be online. */
export const network = $state({ online: navigator.onLine });

window.addEventListener('online', () => (network.online = true));
window.addEventListener('offline', () => (network.online = false));
