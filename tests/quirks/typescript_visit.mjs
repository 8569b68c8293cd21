// Visits servers with the official TypeScript client, one after the other, for as long as standard input is open.
// Argument: node_modules. A line in: {over, target, steps}; a line out: what every step gave, or {fails: words}.
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

const require = createRequire(path.join(process.argv[2], 'index.js'));
const { Client, SSEClientTransport, StreamableHTTPClientTransport } = require('@modelcontextprotocol/client');
const { StdioClientTransport } = require('@modelcontextprotocol/client/stdio');

const PATIENCE = 3000;
const LISTS = {
  tools: ['listTools', 'tools', 'name'],
  prompts: ['listPrompts', 'prompts', 'name'],
  resources: ['listResources', 'resources', 'uri'],
  templates: ['listResourceTemplates', 'resourceTemplates', 'uriTemplate'],
};

function transport({ over, target }) {
  if (over.endsWith('stdio')) {
    const [command, ...args] = target;
    return new StdioClientTransport({ command, args, stderr: 'ignore' });
  }
  return over === 'sse' ? new SSEClientTransport(new URL(target)) : new StreamableHTTPClientTransport(new URL(target));
}

async function step(client, what) {
  const [kind, name] = what.split(' ');
  if (kind === 'call') {
    const result = await client.callTool({ name, arguments: {} }, { timeout: PATIENCE });
    const text = result.content.map(content => content.text ?? '').join(' ');
    return result.isError ? { fails: text } : text;
  }
  const [method, member, id] = LISTS[kind];
  return (await client[method]())[member].map(item => item[id]);
}

const words = error => ({ fails: String(error?.message ?? error) });

async function visit(server) {
  const mode = server.over === 'sse' ? 'legacy' : 'auto';
  const client = new Client({ name: 'typescript', version: '1' }, { versionNegotiation: { mode } });
  const got = [];
  const visiting = (async () => {
    await client.connect(transport(server), { timeout: PATIENCE });
    for (const what of server.steps) got.push(await step(client, what).catch(words));
  })();
  const hanging = new Promise((_, reject) => setTimeout(() => reject(new Error('it hangs')), 2 * PATIENCE));
  let seen;
  try {
    await Promise.race([visiting, hanging]);
    seen = [...got];
  } catch (error) {
    seen = [...got, ...server.steps.slice(got.length).map(() => words(error))];
  }
  await client.close().catch(() => {});
  return seen;
}

process.on('unhandledRejection', () => {});
for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await visit(JSON.parse(line))));
}
process.exit(0);
