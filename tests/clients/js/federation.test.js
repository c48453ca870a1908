// Real identity providers, oidc-provider and samlify, outside of Poolhouse: whole walks with fetch, as a browser
// goes them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  AdminGetUserCommand,
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeIdentityProviderCommand,
  GetSigningCertificateCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import Provider from 'oidc-provider';
import saml from 'samlify';
import { sdkFor } from './aws.js';
import { behaviour } from './behaviour.js';
import { Poolhouse } from './poolhouse.js';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const certificate = readFileSync(file('localhost.pem'), 'utf8');
const key = readFileSync(file('localhost-key.pem'), 'utf8');
// Poolhouse trusts the provider, and so does the walk below, which goes by node's own https.
process.env.SSL_CERT_FILE = file('localhost.pem');
const agent = new https.Agent({ ca: certificate });

const callback = 'https://app.example/callback';
const server = await Poolhouse.start();
const sdk = sdkFor(server);
const { UserPool: pool } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'federated' }));
const UserPoolId = pool.Id;

/** A browser: keeps cookies by origin, follows nothing by itself. */
class Browser {
  #cookies = new Map();

  async go(url, { form } = {}) {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map();
    this.#cookies.set(origin, jar);
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') };
    if (form) headers['content-type'] = 'application/x-www-form-urlencoded';
    const answer = await request(url, { headers, body: form && new URLSearchParams(form).toString() });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      jar.set(name, value);
    }
    const { location } = answer.headers;
    return { ...answer, location: location && new URL(location, url).href };
  }

  /** Follows redirects until one leads to the app, or a page comes. */
  async follow(answer) {
    let at = answer;
    for (let hops = 0; at.location && !at.location.startsWith(callback); hops += 1) {
      assert.ok(hops < 20, at.location);
      at = await this.go(at.location);
    }
    return at;
  }
}

function request(url, { headers, body }) {
  if (url.startsWith('http:')) {
    return fetch(url, { method: body ? 'POST' : 'GET', headers, body, redirect: 'manual' }).then(async (answer) => ({
      status: answer.status,
      text: await answer.text(),
      headers: { location: answer.headers.get('location'), 'set-cookie': answer.headers.getSetCookie() },
    }));
  }
  return new Promise((resolve, reject) => {
    const sent = https.request(url, { method: body ? 'POST' : 'GET', headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => { text += part; });
      answer.on('end', () => resolve({ status: answer.statusCode, text, headers: answer.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function newApp(...providers) {
  const { UserPoolClient } = await sdk.send(new CreateUserPoolClientCommand({
    UserPoolId,
    ClientName: 'app',
    SupportedIdentityProviders: providers,
    CallbackURLs: [callback],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile'],
    AllowedOAuthFlowsUserPoolClient: true,
  }));
  return UserPoolClient.ClientId;
}

function authorizeUrl(client, provider, more = {}) {
  const asked = {
    client_id: client, redirect_uri: callback, response_type: 'code', scope: 'openid email profile', state: 's',
    identity_provider: provider, ...more,
  };
  return `${server.url}/oauth2/authorize?${new URLSearchParams(asked)}`;
}

async function claimsOf(client, answer) {
  const back = new URL(answer.location);
  assert.equal(back.searchParams.get('error_description'), null, back.href);
  const form = {
    grant_type: 'authorization_code', client_id: client, redirect_uri: callback, code: back.searchParams.get('code'),
  };
  const told = await fetch(`${server.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { id_token: token } = await told.json();
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

async function startOidcProvider() {
  const web = https.createServer({ key, cert: certificate });
  web.listen(0, 'localhost');
  await once(web, 'listening');
  after(() => web.close());
  const issuer = `https://localhost:${web.address().port}`;
  const people = (id) => ({ sub: id, email: `${id}@corp.example`, email_verified: true, name: id.toUpperCase() });
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'poolhouse',
      client_secret: 'poolhouse-secret',
      redirect_uris: [`${server.url}/oauth2/idpresponse`],
      token_endpoint_auth_method: 'client_secret_post',
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => people(id) }),
    pkce: { required: () => true },
  });
  web.on('request', provider.callback());
  return issuer;
}

behaviour('oidc-provider signs somebody in: PKCE, nonce, client_secret_post, userinfo', async () => {
  const oidc_issuer = await startOidcProvider();
  await sdk.send(new CreateIdentityProviderCommand({
    UserPoolId,
    ProviderName: 'Corp',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      client_secret: 'poolhouse-secret',
      authorize_scopes: 'openid email profile',
      oidc_issuer,
      attributes_request_method: 'GET',
    },
    AttributeMapping: { email: 'email', email_verified: 'email_verified', name: 'name' },
  }));
  const client = await newApp('Corp');
  const browser = new Browser();
  const signIn = async (name) => {
    let page = await browser.follow(await browser.go(authorizeUrl(client, 'Corp', { prompt: 'login' })));
    // Its development pages: who signs in, and whether that is agreed to.
    for (let pages = 0; !page.location && pages < 3; pages += 1) {
      const action = page.text.match(/<form[^>]*action="([^"]*)"/)[1].replaceAll('&amp;', '&');
      const prompt = page.text.match(/name="prompt" value="([^"]*)"/)[1];
      const form = prompt === 'login' ? { prompt, login: name, password: 'x' } : { prompt };
      page = await browser.follow(await browser.go(new URL(action, oidc_issuer).href, { form }));
    }
    return claimsOf(client, page);
  };
  const claims = await signIn('ann');
  assert.equal(claims['cognito:username'], 'Corp_ann');
  assert.equal(claims.email, 'ann@corp.example');
  assert.equal(claims.email_verified, true);
  assert.equal(claims.name, 'ANN');
  assert.equal(claims.identities[0].providerType, 'OIDC');
});

// Documents are read by Poolhouse and samlify themselves.
saml.setSchemaValidator({ validate: () => Promise.resolve('unchecked') });

const bodyOf = (pem) => pem.replace(/-----[^-]+-----|\s/g, '');

const template = {
  context: '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{ID}" Version="2.0" IssueInstant="{IssueInstant}" Destination="{Destination}" InResponseTo="{InResponseTo}"><saml:Issuer>{Issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="{StatusCode}"/></samlp:Status><saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{AssertionID}" Version="2.0" IssueInstant="{IssueInstant}"><saml:Issuer>{Issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{NameIDFormat}">{NameID}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{SubjectConfirmationDataNotOnOrAfter}" Recipient="{SubjectRecipient}" InResponseTo="{InResponseTo}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{ConditionsNotBefore}" NotOnOrAfter="{ConditionsNotOnOrAfter}"><saml:AudienceRestriction><saml:Audience>{Audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>{AttributeStatement}</saml:Assertion></samlp:Response>',
  attributes: [{ name: 'mail', valueTag: 'mail', nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic', valueXsiType: 'xs:string' }],
};

async function newDirectory(name, { encrypted, order = 'sign-then-encrypt', messageSigned = false }) {
  const { Certificate } = await sdk.send(new GetSigningCertificateCommand({ UserPoolId }));
  const entityID = `https://idp.example/${name}`;
  const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
  const idp = saml.IdentityProvider({
    entityID,
    privateKey: key,
    signingCert: bodyOf(certificate),
    isAssertionEncrypted: encrypted,
    messageSigningOrder: order,
    wantAuthnRequestsSigned: true,
    requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    nameIDFormat: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
    singleSignOnService: [{ Binding: redirect, Location: `${entityID}/sso` }],
    loginResponseTemplate: template,
  });
  await sdk.send(new CreateIdentityProviderCommand({
    UserPoolId,
    ProviderName: name,
    ProviderType: 'SAML',
    ProviderDetails: {
      MetadataFile: idp.getMetadata(),
      RequestSigningAlgorithm: 'rsa-sha256',
      EncryptedResponses: String(encrypted),
    },
    AttributeMapping: { email: 'mail' },
  }));
  const described = await sdk.send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName: name }));
  const sp = saml.ServiceProvider({
    entityID: `urn:amazon:cognito:sp:${UserPoolId}`,
    authnRequestsSigned: true,
    wantAssertionsSigned: true,
    wantMessageSigned: messageSigned,
    signingCert: Certificate,
    encryptCert: described.IdentityProvider.ProviderDetails.ActiveEncryptionCertificate,
    assertionConsumerService: [{
      Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', Location: `${server.url}/saml2/idpresponse`,
    }],
  });
  return { idp, sp, client: await newApp(name) };
}

/** What samlify answers to the request that Poolhouse made, whose signature it has checked. */
async function answerOf({ idp, sp }, location, email, change = (values) => values) {
  const url = new URL(location);
  const octetString = url.search.slice(1).split('&Signature=')[0];
  const query = Object.fromEntries(url.searchParams);
  const asked = await idp.parseLoginRequest(sp, 'redirect', { query, octetString });
  const now = Date.now();
  const at = (milliseconds) => new Date(now + milliseconds).toISOString();
  const acs = `${server.url}/saml2/idpresponse`;
  const fill = (context) => {
    const id = `_${crypto.randomUUID()}`;
    const values = change({
      ID: id,
      AssertionID: `_${crypto.randomUUID()}`,
      Destination: acs,
      SubjectRecipient: acs,
      Audience: `urn:amazon:cognito:sp:${UserPoolId}`,
      Issuer: idp.entityMeta.getEntityID(),
      IssueInstant: at(0),
      ConditionsNotBefore: at(-1000),
      ConditionsNotOnOrAfter: at(60_000),
      SubjectConfirmationDataNotOnOrAfter: at(60_000),
      StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
      NameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      NameID: email,
      InResponseTo: asked.extract.request.id,
      attrMail: email,
    });
    return { id, context: saml.SamlLib.replaceTagsByValue(context, values) };
  };
  const made = await idp.createLoginResponse(sp, asked, 'post', { email }, fill, order(idp));
  const message = Buffer.from(made.context, 'base64').toString();
  assert.equal(message.includes('EncryptedAssertion'), idp.entitySetting.isAssertionEncrypted, message);
  return { SAMLResponse: made.context, RelayState: query.RelayState };
}

const order = (idp) => idp.entitySetting.messageSigningOrder === 'encrypt-then-sign';

async function walk(directory, name, change) {
  const browser = new Browser();
  const { location } = await browser.go(authorizeUrl(directory.client, name));
  const form = await answerOf(directory, location, 'ann@corp.example', change);
  return browser.go(`${server.url}/saml2/idpresponse`, { form });
}

for (const [name, settings] of Object.entries({
  Signed: { encrypted: false },
  Whole: { encrypted: false, messageSigned: true },
  Sealed: { encrypted: true },
  SealedThenSigned: { encrypted: true, order: 'encrypt-then-sign', messageSigned: true },
})) {
  behaviour(`samlify signs somebody in (${name}), having checked the signature of the request`, async () => {
    const directory = await newDirectory(name, settings);
    const claims = await claimsOf(directory.client, await walk(directory, name));
    assert.equal(claims['cognito:username'], `${name}_ann@corp.example`);
    assert.equal(claims.email, 'ann@corp.example');
    const Username = claims['cognito:username'];
    const user = await sdk.send(new AdminGetUserCommand({ UserPoolId, Username }));
    assert.equal(user.UserStatus, 'EXTERNAL_PROVIDER');
  });
}

behaviour('what samlify signs for somebody else is refused', async () => {
  const directory = await newDirectory('Refused', { encrypted: false });
  for (const [change, text] of [
    [{ Audience: 'urn:other' }, 'Audience restriction'],
    [{ SubjectRecipient: 'https://other.example/' }, 'SAML Response is invalid.'],
    [{ InResponseTo: '_other' }, 'SAML Response is invalid.'],
    [{ ConditionsNotOnOrAfter: '2020-01-01T00:00:00Z' }, 'SAML Response is invalid.'],
  ]) {
    const answer = await walk(directory, 'Refused', (values) => ({ ...values, ...change }));
    const back = new URL(answer.location);
    assert.equal(back.searchParams.get('error'), 'server_error');
    assert.equal(back.searchParams.get('error_description'), `Invalid SAML response received: ${text} `);
  }
});
