import { appendFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WatchServer } from '../../src/report/watch-server.node.ts';
import { EventListener } from '../helpers/event-listener.ts';
import { makeRunFolder, stepLine } from '../helpers/run-folders.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function openServer(folder: string): Promise<WatchServer> {
  const server = await WatchServer.open({ folder, port: 0 });
  onTestFinished(() => server.close());
  return server;
}

/** The status of a request whose path is sent as it is, without a client's tidying. */
function statusOf(url: string, path: string, options: { readonly method?: string; readonly host?: string } = {}) {
  const { port } = new URL(url);
  const { method = 'GET', host = `127.0.0.1:${port}` } = options;
  return new Promise<number | undefined>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the served report', () => {
  it('is the page, allowed to ask its own server for events', async () => {
    const { url } = await openServer(await makeRunFolder());
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const response = await fetch(url);
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*connect-src 'self'/);
    expect(await response.text()).toContain('<h1>wave</h1>');
  });

  it('is all that is served', async () => {
    const { url } = await openServer(await makeRunFolder());
    const paths = ['/config.json', '/../config.json', '/%2e%2e/config.json', '//', '//config.json', '/index.html', url];
    for (const path of paths) expect(await statusOf(url, path), path).toBe(404);
    for (const method of ['POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      expect(await statusOf(url, '/', { method }), method).toBe(405);
    }
  });

  it('is refused to who calls the machine by another name', async () => {
    const { url } = await openServer(await makeRunFolder());
    const { port } = new URL(url);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1.evil.example:${port}`]) {
      expect(await statusOf(url, '/', { host }), host).toBe(403);
      expect(await statusOf(url, '/events', { host }), host).toBe(403);
    }
    expect(await statusOf(url, '/', { host: `localhost:${port}` })).toBe(200);
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  it.skipIf(outside === undefined)('is not to be had at the machine’s outer address', async () => {
    const { url } = await openServer(await makeRunFolder());
    const outcome = await new Promise((resolve) => {
      const socket = connect({ host: outside ?? '', port: Number(new URL(url).port) });
      socket.once('connect', () => resolve('connected'));
      socket.once('error', ({ message }) => resolve(message));
    });
    expect(outcome).toMatch(/ECONNREFUSED/);
  });

  it('says in one sentence that a port is taken', async () => {
    const folder = await makeRunFolder();
    const port = Number(new URL((await openServer(folder)).url).port);
    await expect(WatchServer.open({ folder, port })).rejects.toThrow(
      `Expected a free port for --watch-port but ${port} is in use; leave it out to get a free one`,
    );
  });
});

describe('the events of the served report', () => {
  it('tell new steps, a checkpoint and the end', async () => {
    const folder = await makeRunFolder({ steps: 202, stepsDone: 200 });
    const server = await openServer(folder);
    const events = await EventListener.open(`${server.url}events?revision=1&step=200`);
    await appendFile(join(folder, 'metrics.jsonl'), stepLine(201));
    const steps = await events.next('steps');
    expect(steps).toMatchObject({
      id: '201',
      data: { points: [{ step: 201, learningRate: 0.001 }], texts: { step: '201' } },
    });
    await writeFile(join(folder, 'validation.jsonl'), '{"step":201,"loss":5.125,"content":1,"style":1,"tv":1}\n');
    expect((await events.next('report')).data).toMatch(/data-revision="2".*5\.125/s);
    await appendFile(join(folder, 'metrics.jsonl'), stepLine(202));
    await server.close('stopped');
    expect((await events.next('report')).data).toMatch(/data-status="finished"/);
    expect((await events.next('end')).data).toBe('Training has finished; this page no longer changes.');
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('tell a page what it missed', async () => {
    const { url } = await openServer(await makeRunFolder({ stepsDone: 5 }));
    const late = await EventListener.open(`${url}events?revision=1&step=3`);
    expect((await late.next('steps')).data).toMatchObject({ points: [{ step: 4 }, { step: 5 }] });
    const again = await EventListener.open(`${url}events?revision=0&step=0`, { 'last-event-id': '4' });
    expect((await again.next('report')).data).toContain('<h1>wave</h1>');
    expect((await again.next('steps')).data).toMatchObject({ points: [{ step: 5 }] });
  });

  it('tell that a run has begun, and that it was stopped', async () => {
    const folder = await temporaryFolder();
    const server = await openServer(folder);
    expect(await (await fetch(server.url)).text()).toContain('Not begun');
    const events = await EventListener.open(`${server.url}events?revision=1&step=0`);
    const configuration = { style: 'a', styleName: 'begun', author: '', licence: '', steps: 3 };
    await writeFile(join(folder, 'config.json'), JSON.stringify(configuration));
    expect((await events.next('report')).data).toContain('<h1>begun</h1>');
    await server.close('stopped');
    await events.next('report');
    expect((await events.next('end')).data).toBe('Training stopped after step 0; this page no longer changes.');
  });
});
