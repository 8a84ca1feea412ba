/*
 * Keeps the page's files, so that it opens without a network: the page itself at once, styles and ONNX Runtime as they are
 * first used. All names but that of the page carry a hash of their content: what is kept never goes out of date.
 */
declare const self: ServiceWorkerGlobalScope;

export {};

/** Of this build: its version, all its files, and those that the page needs to open. Written by the build. */
declare const __BUILT_FILES__: {
  readonly version: string;
  readonly files: readonly string[];
  readonly shell: readonly string[];
};

const built = __BUILT_FILES__;
const root = new URL('./', self.location.href).href;
const pageAddress = `${root}index.html`;
/** The page of each version in a cache of its own, all other files in one that outlives versions. */
const pageCache = `impasto-page-${built.version}`;
const fileCache = 'impasto-files';

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(removeOld().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(root)) return;
  const isPage = request.mode === 'navigate';
  if (isPage || built.files.includes(nameOf(request.url))) event.respondWith(answer(request, isPage));
});

/** A newer version waits until no page of the older one is open any more, since that may still fetch its files. */
async function keepShell(): Promise<void> {
  const page = await caches.open(pageCache);
  await page.add(new Request(pageAddress, { cache: 'reload' }));
  const files = await caches.open(fileCache);
  const missing: string[] = [];
  for (const file of built.shell) {
    if (!(await files.match(root + file))) missing.push(root + file);
  }
  await files.addAll(missing);
}

async function removeOld(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('impasto-page-') && name !== pageCache);
  await Promise.all(old.map((name) => caches.delete(name)));
  const files = await caches.open(fileCache);
  const gone = (await files.keys()).filter(({ url }) => !built.files.includes(nameOf(url)));
  await Promise.all(gone.map((request) => files.delete(request)));
}

async function answer(request: Request, isPage: boolean): Promise<Response> {
  const cache = await caches.open(isPage ? pageCache : fileCache);
  const address = isPage ? pageAddress : request.url;
  const kept = await cache.match(address, { ignoreVary: true });
  if (kept) return isolated(kept);
  const response = await fetch(request);
  if (response.ok && response.type === 'basic') await cache.put(address, response.clone());
  return isolated(response);
}

/** With the headers that give the page threads, where the host does not send them. */
function isolated(response: Response): Response {
  if (response.headers.has('Cross-Origin-Embedder-Policy')) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

function nameOf(address: string): string {
  return new URL(address).href.slice(root.length).split(/[?#]/, 1)[0] ?? '';
}
