/** How long the page waits for its service worker before it fetches the runtime without it. */
const patience = 4000;

/**
 * Registers the service worker, which keeps files for visits without a network.
 * @returns when it is in charge; or when that cannot be, or takes too long: then everything works but without a network
 */
export async function registerServiceWorker(): Promise<void> {
  const { serviceWorker } = navigator;
  if (import.meta.env.MODE !== 'production' || !serviceWorker) return;
  const inCharge = new Promise<void>((resolve) => {
    if (serviceWorker.controller) resolve();
    serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
  });
  const refused = serviceWorker.register('./service-worker.js').then(
    () => inCharge,
    () => {},
  );
  await Promise.race([refused, new Promise((resolve) => setTimeout(resolve, patience))]);
}
