// The Authenticator of @aws-amplify/ui-react as its guide shows it.

import { Amplify } from 'aws-amplify';
import { Authenticator } from '@aws-amplify/ui-react';
import { createRoot } from 'react-dom/client';
import '@aws-amplify/ui-react/styles.css';

function App() {
  return (
    <Authenticator signUpAttributes={['email']}>
      {({ signOut, user }) => (
        <main>
          <h1>Hello {user.username}</h1>
          <button onClick={signOut}>Sign out</button>
        </main>
      )}
    </Authenticator>
  );
}

window.show = (Cognito) => {
  Amplify.configure({ Auth: { Cognito } });
  createRoot(document.getElementById('root')).render(<App />);
};
