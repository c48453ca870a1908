// serverless-offline as the endpoint of the Lambda Invoke API that runs a pool's functions, with a project of its own
// in serverless-offline/. Its framework is osls, the Serverless Framework as it was before it needed an account.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import readline from 'node:readline';
import {
  AdminConfirmSignUpCommand,
  AdminGetUserCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';

import { startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

async function freePort() {
  const listener = net.createServer().listen(0, 'localhost');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}

/** Starts the project, and ends it with all that it started. */
async function startOffline(port, poolhouse) {
  // It keeps what it remembers in the home directory.
  const home = await mkdtemp(path.join(tmpdir(), 'poolhouse-serverless-'));
  const child = spawn(process.execPath, [here('node_modules/serverless/bin/serverless.js'), 'offline', '--lambdaPort', port], {
    cwd: here('serverless-offline'),
    detached: true,
    env: {
      ...process.env,
      HOME: home,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      NODE_PATH: here('node_modules'),
      POOLHOUSE_URL: poolhouse,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  after(async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    await ended;
    await rm(home, { recursive: true });
  });
  const log = [];
  const listens = new Promise((resolve) => {
    for (const input of [child.stdout, child.stderr]) {
      readline.createInterface({ input }).on('line', (line) => {
        log.push(line);
        if (line.includes('listening on')) resolve(true);
      });
    }
  });
  assert.ok(await Promise.race([listens, ended.then(() => false)]), log.join('\n'));
}

const port = await freePort();
const { server, sdk } = await startFrozen('--lambda-endpoint', `http://localhost:${port}`);
await startOffline(port, server.url);

const arn = (name) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

async function clientOfPool(LambdaConfig) {
  const { UserPool } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'offline', LambdaConfig }));
  const { UserPoolClient } = await sdk.send(new CreateUserPoolClientCommand({ UserPoolId: UserPool.Id, ClientName: 'c' }));
  return UserPoolClient;
}

function signUp({ ClientId }, Username, email) {
  const UserAttributes = [{ Name: 'email', Value: email }];
  return sdk.send(new SignUpCommand({ ClientId, Username, Password: 'Poolhouse-1', UserAttributes }));
}

behaviour('its functions decide about a sign-up and call back after it', async () => {
  const client = await clientOfPool({ PreSignUp: arn('users-dev-preSignUp'), PostConfirmation: arn('users-dev-postConfirmation') });
  const { UserPoolId } = client;
  assert.equal((await signUp(client, 'ada', 'ada@example.com')).UserConfirmed, false);
  assert.equal((await signUp(client, 'bob', 'bob@corp.example.com')).UserConfirmed, true);
  await sdk.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: 'ada' }));
  for (const Username of ['ada', 'bob']) {
    const { UserAttributes, UserStatus } = await sdk.send(new AdminGetUserCommand({ UserPoolId, Username }));
    assert.equal(UserStatus, 'CONFIRMED');
    assert.equal(UserAttributes.find(({ Name }) => Name === 'nickname')?.Value, 'welcomed');
  }
  await refused(
    signUp(client, 'eve', 'eve@spam.example'),
    'UserLambdaValidationException',
    'PreSignUp failed with error Sign-ups from spam.example are not allowed.',
  );
});

behaviour('a function that it does not have cannot be invoked', async () => {
  const client = await clientOfPool({ PreSignUp: arn('users-dev-nobody') });
  await refused(
    signUp(client, 'fay', 'fay@example.com'),
    'UnexpectedLambdaException',
    'PreSignUp invocation failed due to error ResourceNotFoundException.',
  );
});
