// An app that signs in by react-oidc-context, whose user manager is the one of oidc-client-ts, for tests to call.

import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { AuthProvider, useAuth } from 'react-oidc-context';

const manager = new UserManager({
  ...window.settings,
  userStore: new WebStorageStateStore({ store: window.localStorage }),
});

/** Calls the user manager by itself, and answers what a test can read of it. */
window.call = async (name, ...input) => {
  try {
    return { value: JSON.parse(JSON.stringify((await manager[name](...input)) ?? null)) };
  } catch ({ name: type, message }) {
    return { error: { type, text: message } };
  }
};

function App() {
  const auth = useAuth();
  const [info, setInfo] = useState();
  const token = auth.user?.access_token;
  useEffect(() => {
    if (!token) return;
    const headers = { authorization: `Bearer ${token}` };
    manager.metadataService.getUserInfoEndpoint()
      .then((url) => fetch(url, { headers }))
      .then(async (answer) => setInfo((await answer.json()).email));
  }, [token]);
  if (auth.isLoading || auth.activeNavigator) return <p>Wait.</p>;
  if (auth.error) return <p role="alert">{auth.error.message}</p>;
  if (!auth.isAuthenticated) return <button onClick={() => auth.signinRedirect()}>Sign in</button>;
  const leave = () => {
    const { client_id, post_logout_redirect_uri: logout_uri } = window.settings;
    auth.signoutRedirect({ extraQueryParams: { client_id, logout_uri } });
  };
  return (
    <>
      <p>Hello {auth.user.profile.email}</p>
      {info && <p>Known as {info}</p>}
      <button onClick={leave}>Sign out</button>
    </>
  );
}

// What comes back in a frame or a popup is for the window that opened it.
if (location.pathname === '/silent') manager.signinSilentCallback();
else if (location.pathname === '/popup') manager.signinPopupCallback();
else {
  createRoot(document.getElementById('root')).render(
    <AuthProvider userManager={manager} onSigninCallback={() => history.replaceState({}, '', '/')}><App /></AuthProvider>,
  );
}
