// One TypeScript SDK client against one gateway; prints what it saw as JSON.
// Arguments: node_modules, "v1" or "v2", "legacy", "auto" or a revision, URL, key.
import { createRequire } from 'node:module';
import path from 'node:path';

const [modules, sdk, mode, url, key] = process.argv.slice(2);
const require = createRequire(path.join(modules, 'index.js'));
const seen = { elicited: [], sampled: [], logged: [], progress: [] };
const capabilities = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };
const info = { name: `typescript-${sdk}`, version: '1' };
const requestInit = { headers: { Authorization: `Bearer ${key}` } };

const answers = {
  elicitation: params => {
    seen.elicited.push(params);
    return params.mode === 'url' ? { action: 'accept' } : { action: 'accept', content: { colour: 'red' } };
  },
  sampling: params => {
    seen.sampled.push(params);
    return { role: 'assistant', content: { type: 'text', text: 'ho' }, model: 'm' };
  },
  roots: () => ({ roots: [{ uri: 'file:///srv', name: 'srv' }] }),
};

async function connect() {
  if (sdk === 'v1') {
    const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
    const { StreamableHTTPClientTransport } = require('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const types = require('@modelcontextprotocol/sdk/types.js');
    const client = new Client(info, { capabilities });
    client.setRequestHandler(types.ElicitRequestSchema, async request => answers.elicitation(request.params));
    client.setRequestHandler(types.CreateMessageRequestSchema, async request => answers.sampling(request.params));
    client.setRequestHandler(types.ListRootsRequestSchema, async () => answers.roots());
    client.setNotificationHandler(types.LoggingMessageNotificationSchema, note => seen.logged.push(note.params));
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    return { client, version: client.transport.protocolVersion };
  }
  const { Client, StreamableHTTPClientTransport } = require('@modelcontextprotocol/client');
  const versionNegotiation = { mode: mode === 'legacy' || mode === 'auto' ? mode : { pin: mode } };
  const client = new Client(info, { capabilities, versionNegotiation });
  client.setRequestHandler('elicitation/create', async request => answers.elicitation(request.params));
  client.setRequestHandler('sampling/createMessage', async request => answers.sampling(request.params));
  client.setRequestHandler('roots/list', async () => answers.roots());
  client.setNotificationHandler('notifications/message', note => seen.logged.push(note.params));
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return { client, version: client.getNegotiatedProtocolVersion() };
}

const { client, version } = await connect();
// Logs are asked for by session in one era, by request in the other.
const legacy = version < '2026';
if (legacy) await client.setLoggingLevel('info');
const _meta = legacy ? {} : { _meta: { 'io.modelcontextprotocol/logLevel': 'info' } };
const call = (name, args, options) =>
  sdk === 'v1'
    ? client.callTool({ name, arguments: args, ..._meta }, undefined, options)
    : client.callTool({ name, arguments: args, ..._meta }, options);
const said = result => JSON.parse(result.content[0].text);

seen.version = version;
seen.tools = (await client.listTools()).tools.map(tool => tool.name).sort();
for (const question of ['form', 'url', 'sampling', 'roots']) seen[question] = said(await call('up__ask', { question }));
seen.counted = said(await call('up__count', {}, { onprogress: note => seen.progress.push(note.progress) }));
const abort = new AbortController();
try {
  await call('up__hang', {}, { signal: abort.signal, onprogress: () => abort.abort('enough') });
} catch (error) {
  seen.cancelled = String(error);
}
seen.after = said(await call('up__count', {}, { onprogress: () => {} }));
await client.close();
console.log(JSON.stringify(seen));
process.exit(0);
