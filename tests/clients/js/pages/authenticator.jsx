// The Authenticator of @aws-amplify/ui-react as its guide shows it.

import { Amplify } from 'aws-amplify';
import { Authenticator } from '@aws-amplify/ui-react';
import { createRoot } from 'react-dom/client';
import '@aws-amplify/ui-react/styles.css';

function App({ passwordless }) {
  return (
    <Authenticator signUpAttributes={['email']} passwordless={passwordless}>
      {({ signOut, user }) => (
        <main>
          <h1>Hello {user.username}</h1>
          <button onClick={signOut}>Sign out</button>
        </main>
      )}
    </Authenticator>
  );
}

/** With Amplify's configuration of a pool, and the component's own of passkeys. */
window.show = (Cognito, passwordless) => {
  Amplify.configure({ Auth: { Cognito } });
  createRoot(document.getElementById('root')).render(<App passwordless={passwordless} />);
};
