// Adds headers to every request that node makes: the suite has no option for a key.
import dc from 'node:diagnostics_channel';

const headers = JSON.parse(process.env.INJECT_HEADERS ?? '{}');

dc.subscribe('undici:request:create', ({ request }) => {
  for (const [name, value] of Object.entries(headers)) request.addHeader(name, value);
});
dc.subscribe('http.client.request.created', ({ request }) => {
  for (const [name, value] of Object.entries(headers)) if (!request.headersSent) request.setHeader(name, value);
});
