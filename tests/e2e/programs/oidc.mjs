// An authorization server made of oidc-provider, with a few doors for tests. Arguments: port, resource.
import http from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, port, resource] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const { Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  scopes: ["openid", "offline_access", "use"],
  clientDefaults: { grant_types: ["authorization_code", "refresh_token"], token_endpoint_auth_method: "none" },
  clientAuthMethods: ["none", "client_secret_basic", "client_secret_post"],
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  features: {
    registration: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope: "use", audience: resource, accessTokenTTL: 3600, accessTokenFormat: "opaque" }),
    },
  },
  ttl: { Interaction: 600, Session: 600, Grant: 3600, RefreshToken: 3600, AccessToken: 3600 },
});
const tokens = new Set();
let refreshed = 0;
let grants = new Set();
provider.on("access_token.issued", (token) => { tokens.add(token.jti ?? token); if (token.grantId) grants.add(token.grantId); });
provider.on("access_token.saved", (token) => { tokens.add(token); if (token.grantId) grants.add(token.grantId); });
provider.on("grant.success", (ctx) => { if (ctx.oidc.params.grant_type === "refresh_token") refreshed += 1; });

const callback = provider.callback();
http.createServer(async (request, response) => {
  const url = new URL(request.url, issuer);
  const say = (value) => response.end(JSON.stringify(value));
  if (url.pathname === "/test/check") {
    const token = await provider.AccessToken.find(url.searchParams.get("token"));
    return say({ active: Boolean(token) && [].concat(token.aud).includes(resource) });
  }
  if (url.pathname === "/test/expire") {
    for (const token of tokens) if (typeof token !== "string") await token.destroy();
    tokens.clear();
    return say({});
  }
  if (url.pathname === "/test/revoke") {
    for (const id of grants) {
      await provider.RefreshToken.revokeByGrantId(id);
      await provider.AccessToken.revokeByGrantId(id);
    }
    return say({});
  }
  if (url.pathname === "/test/refreshed") return say({ refreshed });
  return callback(request, response);
}).listen(Number(port), "127.0.0.1");
