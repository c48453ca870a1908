// Identity providers on the hosted pages of both versions, in Chromium: their buttons, the box for an address of
// mail, the page of the stand-in that plays them; and styles whose assets are SVG.

import assert from 'node:assert/strict';
import { startFrozen } from './aws.js';
import { behaviour } from './behaviour.js';
import { Pages } from './pages.js';

const { server, sdk } = await startFrozen();
const pages = await Pages.start(server, sdk);

const oauth = (authorize_scopes, more) => ({ client_id: 'c', client_secret: 's', authorize_scopes, ...more });
const social = {
  Google: { ProviderType: 'Google', ProviderDetails: oauth('openid email profile') },
  Facebook: { ProviderType: 'Facebook', ProviderDetails: oauth('public_profile,email') },
  LoginWithAmazon: { ProviderType: 'LoginWithAmazon', ProviderDetails: oauth('profile') },
  SignInWithApple: {
    ProviderType: 'SignInWithApple',
    ProviderDetails: {
      client_id: 'c', team_id: 't', key_id: 'k', private_key: 'p', authorize_scopes: 'email name',
    },
  },
};
const oidc = {
  ProviderType: 'OIDC',
  ProviderDetails: oauth('openid email', {
    oidc_issuer: 'https://idp.poolhouse.test', attributes_request_method: 'GET',
  }),
};
const saml = { ProviderType: 'SAML', ProviderDetails: { MetadataURL: 'https://idp.poolhouse.test/saml/metadata' } };
const every = { ...social, Office: oidc, Directory: saml };

/** What the buttons of providers say, by the provider. */
const labels = {
  1: { Office: 'Office', Directory: 'Directory' },
  2: { Office: 'Continue with Office', Directory: 'Continue with Directory' },
};
const told = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

for (const version of [1, 2]) {
  const look = version === 1 ? 'the classic pages' : 'managed login';

  behaviour(`each provider has a button on ${look}, which leads to it and back`, async () => {
    const pool = await pages.pool(version, { providers: every });
    for (const [provider, label] of [
      ['Google', 'Continue with Google'], ['Facebook', 'Continue with Facebook'],
      ['LoginWithAmazon', 'Continue with Amazon'], ['SignInWithApple', 'Continue with Apple'],
      ...Object.entries(labels[version]),
    ]) {
      const visitor = await pages.visit(pool);
      // COGNITO asks for the pool's own page, on which the others stand too.
      await visitor.open('/oauth2/authorize', provider === 'Office' ? { identity_provider: 'COGNITO' } : {});
      if (provider === 'Google') await visitor.look('sign-in-providers');
      await visitor.press(label);
      await visitor.shown('Jane Doe');
      if (['Google', 'Directory'].includes(provider)) await visitor.look(`stand-in-${provider.toLowerCase()}`);
      await visitor.tab.getByRole('button', { name: 'Jane Doe' }).click();
      const { id_token: token } = await visitor.tokens();
      const claims = told(token);
      assert.equal(claims.email, 'jane@example.com', provider);
      assert.equal(claims.identities[0].providerName, provider);
    }
  });

  behaviour(`an address of mail leads to its provider on ${look}`, async () => {
    const providers = { Directory: { ...saml, IdpIdentifiers: ['corp.example'] } };
    const pool = await pages.pool(version, { providers });
    const visitor = await pages.visit(pool);
    await visitor.open();
    await visitor.look('sign-in-corporate');
    await visitor.fill({ idp_email: 'jane@elsewhere.example' });
    await visitor.field('idp_email').press('Enter');
    await visitor.shown('Login option is not available. Please try another one');
    await visitor.fill({ idp_email: 'jane@corp.example' });
    await visitor.field('idp_email').press('Enter');
    await visitor.tab.getByRole('button', { name: 'Jane Doe' }).click();
    const { id_token: token } = await visitor.tokens();
    assert.equal(told(token).identities[0].providerName, 'Directory');
  });
}

behaviour('a person is typed at the stand-in, or nobody signs in', async () => {
  const pool = await pages.pool(2, { providers: { Google: social.Google } });
  const visitor = await pages.visit(pool, { viewport: { width: 360, height: 780 } });
  await visitor.open('/oauth2/authorize', { identity_provider: 'Google' });
  await visitor.tab.getByText('Somebody else').click();
  await visitor.look('stand-in-somebody-else');
  await visitor.tab.getByRole('button', { name: 'Cancel' }).click();
  await visitor.tab.waitForURL((url) => url.href.startsWith(pages.callback));
  assert.equal(new URL(visitor.tab.url()).searchParams.get('error'), 'access_denied');
});

/** A drawing that runs no script wherever it stands. */
const drawing = (width, height, color) => Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`
  + `<script>parent.document.title = 'Taken'; document.title = 'Taken'</script>`
  + `<rect width="${width}" height="${height}" rx="8" fill="${color}" onclick="alert(1)"/></svg>`,
);

behaviour('drawings of a style are shown, and run nothing', async () => {
  const asset = (Category, Bytes, more) => ({ Category, ColorMode: 'LIGHT', Extension: 'SVG', Bytes, ...more });
  const pool = await pages.pool(2, {
    providers: { Google: social.Google, Office: oidc },
    style: {
      categories: { global: { pageHeader: { enabled: true }, pageFooter: { enabled: true } } },
      components: {
        form: { logo: { enabled: true, formInclusion: 'IN', location: 'CENTER', position: 'TOP' } },
        pageBackground: { image: { enabled: true } },
        pageHeader: { logo: { enabled: true, location: 'START' } },
        favicon: { enabledTypes: ['SVG'] },
      },
    },
    assets: [
      asset('FORM_LOGO', drawing(160, 40, '#7a1f5c')),
      asset('PAGE_BACKGROUND', drawing(1200, 800, '#f3e3ee')),
      asset('PAGE_HEADER_LOGO', drawing(120, 30, '#1f4f7a')),
      asset('FAVICON_SVG', drawing(16, 16, '#7a1f5c'), { ColorMode: 'DYNAMIC' }),
      asset('IDP_BUTTON_ICON', drawing(24, 24, '#3a7a1f'), { ColorMode: 'DYNAMIC', ResourceId: 'Office' }),
    ],
  });
  const visitor = await pages.visit(pool);
  await visitor.open();
  await visitor.look('sign-in-drawings');
  const images = await visitor.tab.evaluate(() => [...document.images].map(
    ({ complete, naturalWidth, alt }) => [complete && naturalWidth > 0, alt !== null],
  ));
  assert.ok(images.length >= 3, JSON.stringify(images));
  assert.ok(images.every(([isShown, hasText]) => isShown && hasText), JSON.stringify(images));
  assert.doesNotMatch(await visitor.tab.title(), /Taken/);
});
