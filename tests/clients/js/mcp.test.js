// A client of the Model Context Protocol, by its own SDK, before an MCP server that takes tokens of a pool: known by
// the URL of its metadata document, and registered dynamically.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { behaviour } from './behaviour.js';
import { defaultPool, Poolhouse } from './poolhouse.js';
import { Visitor } from './visitor.js';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const callback = 'http://localhost:3000/callback';

async function listen(listener) {
  listener.listen(0, 'localhost');
  await once(listener, 'listening');
  after(() => { listener.closeAllConnections(); listener.close(); });
  return listener.address().port;
}

/** The server of metadata documents. */
const documents = new Map();
const publisher = https.createServer(
  { cert: readFileSync(file('localhost.pem')), key: readFileSync(file('localhost-key.pem')) },
  ({ url }, response) => {
    const found = documents.get(url);
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found));
  },
);
const published = `https://localhost:${await listen(publisher)}`;
process.env.SSL_CERT_FILE = file('localhost.pem');

const mcp = http.createServer();
const resource = `http://localhost:${await listen(mcp)}/mcp`;
const pool = {
  Id: 'us-east-1_Agents',
  PoolName: 'agents',
  // Registration wants a domain.
  Domain: 'agents',
  DcrConfiguration: { EnableStatus: 'Enabled', OpenDcrEnabled: true, AllowedScopes: [`${resource}/use`] },
  ResourceServers: [
    { Identifier: resource, Name: 'mcp', Scopes: [{ ScopeName: 'use', ScopeDescription: 'Use' }] },
  ],
  Clients: [{
    ClientName: 'agents',
    ClientId: '9agents0client000000000000',
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', `${resource}/use`],
    CallbackURLs: [callback],
  }],
  CIMDPolicies: [{ PolicyName: 'agents', ClientId: '9agents0client000000000000', URLPatterns: [`${published}/*`] }],
  Users: [{ Username: 'vera', Password: defaultPool.password, UserAttributes: { email: 'vera@example.com' } }],
};
const folder = await mkdtemp(join(tmpdir(), 'poolhouse-mcp-'));
after(() => rm(folder, { recursive: true }));
const fixture = join(folder, 'agents.json');
await writeFile(fixture, JSON.stringify({ UserPools: [pool] }));
const server = await Poolhouse.start('--fixtures', fixture);
const issuer = `${server.url}/${pool.Id}`;

const fetcher = { fetch: async (uri) => (await fetch(uri)).arrayBuffer() };
const verifier = JwtVerifier.create(
  { issuer, audience: resource, jwksUri: `${issuer}/.well-known/jwks.json` },
  { jwksCache: new SimpleJwksCache({ fetcher }) },
);

mcp.on('request', async (request, response) => {
  if (request.url === '/.well-known/oauth-protected-resource/mcp') {
    const known = { resource, authorization_servers: [issuer], scopes_supported: ['openid', `${resource}/use`] };
    return response.end(JSON.stringify(known));
  }
  let claims;
  try {
    claims = await verifier.verify(request.headers.authorization.replace('Bearer ', ''));
  } catch {
    return response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
  }
  const tools = new McpServer({ name: 'tools', version: '1.0.0' });
  tools.tool('whoami', () => ({ content: [{ type: 'text', text: claims.username }] }));
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await tools.connect(transport);
  return transport.handleRequest(request, response);
});

/** What an MCP client keeps; `known` is who it is, if it need not register. */
function agent(known, more) {
  const kept = {
    redirectUrl: callback,
    clientMetadata: {
      client_name: 'Agent', redirect_uris: [callback], token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
    },
    client: known,
    clientInformation: () => kept.client,
    tokens: () => kept.given,
    saveTokens: (tokens) => { kept.given = tokens; },
    saveCodeVerifier: (text) => { kept.secret = text; },
    codeVerifier: () => kept.secret,
    state: () => 'a state',
    redirectToAuthorization: (url) => { kept.leads = url; },
    ...more,
  };
  return kept;
}

/** A connection, or undefined where somebody must sign in first. */
async function connect(authProvider) {
  const client = new Client({ name: 'agent', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL(resource), { authProvider });
  after(() => client.close());
  try {
    await client.connect(transport);
    return { client, transport };
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    return { transport };
  }
}

/** Signs in where the agent leads, and answers how the app is called back. */
async function signIn({ leads }) {
  const visitor = new Visitor();
  await visitor.go(leads, { stop: ({ href }) => href.startsWith(callback) });
  if (!visitor.url.href.startsWith(callback)) {
    await visitor.submit(
      { username: 'vera', password: defaultPool.password }, { stop: ({ href }) => href.startsWith(callback) },
    );
  }
  assert.ok(visitor.url.href.startsWith(callback), `${visitor.url}: ${visitor.text}`);
  return visitor.url.searchParams;
}

async function whoami({ client }) {
  const { content: [{ text }] } = await client.callTool({ name: 'whoami' });
  return text;
}

behaviour('an MCP client is the URL of its metadata document, and calls a tool', async () => {
  const url = `${published}/agent.json`;
  const kept = agent({ client_id: url });
  documents.set('/agent.json', { ...kept.clientMetadata, client_id: url, scope: `openid ${resource}/use` });

  const { transport } = await connect(kept);
  assert.equal(kept.leads.searchParams.get('client_id'), url);
  const back = await signIn(kept);
  assert.equal(back.get('error'), null, String(back));
  await transport.finishAuth(back.get('code'));
  assert.equal(await whoami(await connect(kept)), 'vera');
  // Without a good access token it refreshes by itself.
  const before = kept.given.access_token;
  kept.given = { ...kept.given, access_token: 'expired' };
  assert.equal(await whoami(await connect(kept)), 'vera');
  assert.notEqual(kept.given.access_token, before);
});

behaviour('an MCP client registers itself, and calls a tool', async () => {
  const kept = agent(undefined, { saveClientInformation: (client) => { kept.client = client; } });
  const { transport } = await connect(kept);
  assert.notEqual(kept.client.client_id, pool.Clients[0].ClientId);
  await transport.finishAuth((await signIn(kept)).get('code'));
  assert.equal(await whoami(await connect(kept)), 'vera');
});

behaviour('a URL that no policy matches is no client', async () => {
  const kept = agent({ client_id: 'https://localhost:1/agent.json' });
  await connect(kept);
  const answer = await fetch(kept.leads, { redirect: 'manual' });
  assert.match(answer.headers.get('x-poolhouse-reason'), /https:\/\/localhost:1\/agent\.json/);
  assert.match(new URL(answer.headers.get('location'), issuer).pathname, /\/error$/);
});
