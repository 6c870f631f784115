/**
 * The panel in a plain browser with the real engine behind it: the shipped page over HTTP, its messages answered as the extension host
 * does. Buffers go as bytes of a response, so the way costs about what a message of VS Code's does (`echo` says how much).
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { EngineClient } from '../../../src/engine/client';
import type { RecordingSource } from '../../../src/protocol/engine';
import type { FromPanel, ToPanel } from '../../../src/protocol/panel';
import { RowStore } from '../../../src/ui/rowStore';
import { ROOT } from '../../harness/root';
import { themes } from '../../webview/support/themes';

const shipped = /^\/(main\.css|main\.js|layoutWorker\.js)$/;

export class PanelServer {
  /** Of what went to the page. */
  readonly sent = { tiles: 0, tileBytes: [] as number[], otherBytes: 0 };
  /** Up to where the last tile was asked for, ns. */
  askedToNs = 0;
  private readonly rows = new RowStore();
  private readonly server: Server;
  private events: ServerResponse | null = null;
  private run: number | null = null;
  private ready = false;
  private opening: Promise<void> | null = null;

  private constructor(
    private readonly engine: EngineClient,
    private readonly source: RecordingSource,
    /** Where the page's files are. */
    readonly pageFolder: string,
  ) {
    engine.onRows(({ rows }) => {
      this.rows.take(rows);
      if ('body' in rows) this.push({ type: 'rowsText', ...rows });
      else if (rows.reset) this.snapshot();
      else this.push({ type: 'rows', update: rows });
    });
    engine.onNews(({ news }) => this.push('head' in news ? { type: 'patch', ...news } : { type: 'tile', ...news }));
    engine.onChanged(({ nowNs }) => this.push({ type: 'changed', nowNs }));
    engine.onFindings(({ update }) => this.push({ type: 'findings', update }));
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  static async start(engine: EngineClient, source: RecordingSource, pageFolder = join(ROOT, 'dist', 'webview')): Promise<PanelServer> {
    const panel = new PanelServer(engine, source, pageFolder);
    await new Promise<void>((resolve) => panel.server.listen(0, '127.0.0.1', resolve));
    return panel;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/`;
  }

  get info(): RowStore['info'] {
    return this.rows.info;
  }

  get processCount(): number {
    return [...this.rows.all()].filter(({ kind }) => kind === 'process').length;
  }

  get isIndexed(): boolean {
    return this.rows.info?.state === 'ended' && this.rows.info.indexing === undefined;
  }

  stop(): Promise<void> {
    this.events?.end();
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '' } = request;
    try {
      const file = shipped.exec(url)?.[1];
      if (url === '/') this.give(response, 'text/html', page);
      else if (file !== undefined) this.give(response, file.endsWith('.css') ? 'text/css' : 'text/javascript', await readFile(join(this.pageFolder, file)));
      else if (url === '/events') this.follow(response);
      else if (url === '/echo') this.give(response, 'application/octet-stream', Buffer.alloc(64));
      else if (url === '/host') this.give(response, 'application/octet-stream', await this.answer(JSON.parse(await bodyOf(request)) as FromPanel));
      else response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }

  private give(response: ServerResponse, type: string, body: string | Buffer | null): void {
    if (body === null) response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': type }).end(body);
  }

  private follow(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':\n\n');
    this.events = response;
    if (this.ready) this.snapshot();
  }

  private async answer(message: FromPanel): Promise<Buffer | null> {
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.snapshot();
        this.opening ??= this.open();
        await this.opening;
        return null;
      case 'tile': {
        if (this.run === null) return null;
        this.askedToNs = message.request.toNs;
        const tile = await this.engine.request('follow', { run: this.run, panel: 1, request: message.request });
        if (tile === null) return null;
        const packed = pack('head' in tile ? { type: 'patch', ...tile } : { type: 'tile', ...tile });
        this.sent.tiles++;
        this.sent.tileBytes.push(packed.length);
        return packed;
      }
      case 'query': {
        if (this.run === null) return null;
        const { id, query } = message;
        return this.engine.request('query', { run: this.run, query }).then(
          (answer) => pack({ type: 'answer', id, answer }),
          (error: unknown) => pack({ type: 'failed', id, error: { code: 'internal', message: String(error), values: [] } }),
        );
      }
      default:
        return null;
    }
  }

  private async open(): Promise<void> {
    this.run = (await this.engine.request('open', { source: this.source })).run;
  }

  private snapshot(): void {
    const update = this.rows.snapshot();
    this.push(update === null ? { type: 'empty', words: null, locale: 'en' } : { type: 'snapshot', update, source: this.source.path, words: null, locale: 'en' });
  }

  private push(message: ToPanel): void {
    if (!this.ready || this.events === null) return;
    const text = JSON.stringify(message, (_, value: unknown) => (value instanceof ArrayBuffer ? { base64: Buffer.from(value).toString('base64') } : value));
    this.sent.otherBytes += text.length;
    this.events.write(`data: ${text}\n\n`);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** A message with its buffers beside it: hostBridge.js reads it. */
function pack(message: ToPanel): Buffer {
  const found: { path: string[]; bytes: Uint8Array }[] = [];
  const strip = (value: unknown, path: string[]): unknown => {
    if (value instanceof ArrayBuffer) {
      found.push({ path, bytes: new Uint8Array(value) });
      return null;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((each, index) => strip(each, [...path, String(index)]));
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, strip(each, [...path, name])]));
  };
  const stripped = strip(message, []);
  const head = Buffer.from(JSON.stringify({ message: stripped, buffers: found.map(({ path, bytes }) => ({ path, bytes: bytes.length })) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const parts = [length, head, padding(4 + head.length)];
  for (const { bytes } of found) parts.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), padding(bytes.length));
  return Buffer.concat(parts);
}

function padding(length: number): Buffer {
  return Buffer.alloc((8 - (length % 8)) % 8);
}

const policy = "default-src 'none'; script-src 'nonce-n1'; style-src 'self' 'nonce-n1'; worker-src blob:; connect-src 'self'; font-src 'self'; img-src data: 'self'";
const variables = Object.entries(themes.dark.variables).map(([name, value]) => `--vscode-${name}: ${value};`).join(' ');
const page = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Forkscope</title><meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="n1">html { ${variables} }</style><link rel="stylesheet" href="/main.css"></head>
<body class="${themes.dark.bodyClass}" data-layout-worker="/layoutWorker.js"><div id="root"></div><script nonce="n1" src="/main.js"></script></body></html>`;
