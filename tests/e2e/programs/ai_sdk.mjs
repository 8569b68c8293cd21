// The AI SDK: tools that the gateway runs (/v1), and tools that the program runs over MCP (/mcp).
import { generateText, streamText, stepCountIs } from "ai";
import { createOpenAI } from "@ai-sdk/openai";
import { createMCPClient } from "@ai-sdk/mcp";

const { MCPTUI_URL: url, MCPTUI_KEY: key, MODEL: model, ROUTE: route } = process.env;
const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey: key });
const said = {};

function mcp(requireApproval) {
  return { gw: openai.tools.mcp({ serverLabel: "gw", serverUrl: "mcptui", requireApproval }) };
}

const user = (content) => ({ role: "user", content });

async function approve(first, messages, tools, more) {
  const asked = first.content.filter((part) => part.type === "tool-approval-request");
  const answers = asked.map((part) => ({
    type: "tool-approval-response",
    approvalId: part.approvalId,
    approved: true,
    providerExecuted: part.toolCall.providerExecuted,
  }));
  const going = [...messages, ...first.response.messages, { role: "tool", content: answers }];
  const second = await generateText({ messages: going, tools, ...more });
  return { asked: asked.length, text: second.text, messages: [...going, ...second.response.messages] };
}

if (route === "v1") {
  const more = { model: openai.responses(model) };
  let messages = [user('call get-sum {"a": 2, "b": 3}')];
  const first = await generateText({ ...more, messages, tools: mcp("never") });
  said.call = first.text;
  messages = [...messages, ...first.response.messages, user("and what was first?")];
  const second = await generateText({ ...more, messages, tools: mcp("never") });
  said.second = second.text;
  const stream = streamText({ ...more, messages: [...messages, ...second.response.messages, user('call get-sum {"a": 4, "b": 5}')], tools: mcp("never") });
  said.stream = await stream.text;
  const wrong = await generateText({ ...more, prompt: 'call get-sum {"a": "x"}', tools: mcp("never") });
  said.error = wrong.text;
  const wish = [user('call get-sum {"a": 20, "b": 3}')];
  const approval = await approve(await generateText({ ...more, messages: wish, tools: mcp("always") }), wish, mcp("always"), more);
  said.asked = approval.asked;
  said.approved = approval.text;
  const after = await generateText({ ...more, messages: [...approval.messages, user("and what was first?")], tools: mcp("always") });
  said.afterwards = after.text;
  const parts = first.content.filter((part) => part.type === "tool-call" || part.type === "tool-result");
  said.list = parts.map((part) => part.toolName);
} else {
  const client = await createMCPClient({ transport: { type: "http", url: `${url}/mcp`, headers: { Authorization: `Bearer ${key}` } } });
  const tools = await client.tools();
  said.list = Object.keys(tools);
  const more = { model: openai.chat(model), stopWhen: stepCountIs(3) };
  let messages = [user('call get-sum {"a": 2, "b": 3}')];
  const first = await generateText({ ...more, messages, tools });
  said.call = first.text;
  messages = [...messages, ...first.response.messages, user("and what was first?")];
  said.second = (await generateText({ ...more, messages, tools })).text;
  said.stream = await streamText({ ...more, prompt: 'call get-sum {"a": 4, "b": 5}', tools }).text;
  said.error = (await generateText({ ...more, prompt: 'call get-sum {"a": "x"}', tools })).text;
  const careful = Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, { ...tool, needsApproval: true }]));
  const wish = [user('call get-sum {"a": 20, "b": 3}')];
  const approval = await approve(await generateText({ ...more, messages: wish, tools: careful }), wish, careful, more);
  said.asked = approval.asked;
  said.approved = approval.text;
  said.afterwards = (await generateText({ ...more, messages: [...approval.messages, user("and what was first?")], tools: careful })).text;
  await client.close();
}
console.log(JSON.stringify(said));
