'use strict';
// Runs a handler file under Node, as Lambda's managed runtimes do: up to nodejs22.x a handler may take a callback,
// and an answer by callback waits for the event loop to be empty; from nodejs24.x on a handler is awaited, and one
// with a callback is refused. What kind of runtime this is follows from the Node at hand. The texts of errors are
// those that the runtime client aws-lambda-ric is known to send.
//
// Poolhouse passes this text to `node -e`, with the file and the exported function as arguments. CommonJS, because a
// worker thread of the handler's would inherit the --input-type that an ES module needs here.
const fs = require('node:fs');
const http = require('node:http');
const { createRequire } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { types } = require('node:util');
const { Worker } = require('node:worker_threads');

const [file, functionName] = process.argv.slice(-2);
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const awaits = Number(process.versions.node.split('.')[0]) >= 24;
const hasTypes = /\.[cm]?ts$/.test(file);
const lambdaName = `${path.basename(file, path.extname(file))}.${functionName}`;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

// A handler that forks would run this text again.
process.execArgv = [];

/** Ends this process and what it has started, as the server would. */
const endAll = () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');

// Nothing is ever written to standard input: its end is the server's, also of a server that was killed. Only a
// thread of its own sees that while a handler keeps the event loop busy.
new Worker(
  `const end = ${endAll};
  new (require('node:net').Socket)({ fd: 0 }).on('error', end).on('close', end).resume();`,
  { eval: true, execArgv: [] },
).unref();

function send(method, where, body) {
  return new Promise((resolve) => {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const options = { host, port, agent, method, path: `/2018-06-01/runtime/${where}`, headers };
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', endAll);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    // The server is gone, and this thread saw it before the other.
    request.on('error', endAll);
    request.end(body);
  });
}

// --- errors ---

class Named extends Error {
  constructor(name, message) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

function told(error) {
  const plain = (text) => text.replaceAll('\x7F', '%7F');
  try {
    if (types.isNativeError(error) || [error?.name, error?.message, error?.stack].every((text) => text && typeof text === 'string')) {
      return { errorType: plain(error.name), errorMessage: plain(error.message), trace: plain(error.stack).split('\n') };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
      trace: [],
    };
  }
}

function report(where, what, error) {
  console.error(what, error);
  return send('POST', where, JSON.stringify(told(error)));
}

// --- loading ---

function isInModulePackage(folder) {
  const manifest = path.join(folder, 'package.json');
  if (path.basename(folder) === 'node_modules') return false;
  if (fs.existsSync(manifest)) return JSON.parse(fs.readFileSync(manifest, 'utf8')).type === 'module';
  return folder !== path.dirname(folder) && isInModulePackage(path.dirname(folder));
}

async function loadModule() {
  const isModule = hasTypes || file.endsWith('.mjs') || (file.endsWith('.js') && isInModulePackage(path.dirname(file)));
  if (isModule) return import(pathToFileURL(file).href);
  // The name that AWS's own loader has in the list of who requires what.
  const loaded = createRequire('/var/runtime/index.mjs')(file);
  if (!awaits && types.isModuleNamespaceObject(loaded)) {
    // Newer releases of Node load it all the same; Lambda turns that off before nodejs24.x (inferred).
    const imports = /^\s*import\b/m.test(fs.readFileSync(file, 'utf8'));
    throw new SyntaxError(imports ? 'Cannot use import statement outside a module' : "Unexpected token 'export'");
  }
  return loaded;
}

async function load() {
  if (hasTypes && !process.features.typescript) {
    throw new Named(
      'ImportModuleError',
      `Error: Node ${process.versions.node} does not run ${path.basename(file)}: 22.18 and later do, and 22.6 and later with NODE_OPTIONS=--experimental-strip-types`,
    );
  }
  if (!fs.existsSync(file)) {
    const name = path.basename(file, path.extname(file));
    throw new Named('ImportModuleError', `Error: Cannot find module '${name}'\nRequire stack:\n- /var/runtime/index.mjs`);
  }
  let loaded;
  try {
    loaded = await loadModule();
  } catch (error) {
    if (error instanceof SyntaxError) throw new Named('UserCodeSyntaxError', String(error));
    if (error?.code === 'MODULE_NOT_FOUND') throw new Named('ImportModuleError', String(error));
    throw error;
  }
  const find = (within) => functionName.split('.').reduce((value, key) => value?.[key], within);
  const handler = find(loaded) ?? (awaits || hasTypes ? find(loaded.default) : undefined);
  if (!handler) throw new Named('HandlerNotFound', `${lambdaName} is undefined or not exported`);
  if (typeof handler !== 'function') throw new Named('HandlerNotFound', `${lambdaName} is not a function`);
  if (awaits && handler.length >= 3) {
    throw new Named(
      'CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  return handler;
}

// --- events ---

/** What happens when the event loop is empty: nothing, and the process ends, unless an event is under way. */
let whenEmpty = () => {};
/** The event under way or, between two, the last one. */
let current;
/** Whether the server is being asked for an event. */
let isIdle = false;

function contextOf(headers) {
  const { env } = process;
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  return {
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** Calls a handler that may answer by a promise, by its callback, by its context, or not at all, which is `null`. */
function callWithCallback(handler, event, context) {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const finish = (error, result, waits) => {
      if (isOver) return;
      isOver = true;
      whenEmpty = () => {};
      if (error !== undefined && error !== null) reject(error);
      else if (waits) whenEmpty = () => resolve(result);
      else resolve(result);
    };
    context.callbackWaitsForEmptyEventLoop = true;
    context.done = (error, result) => finish(error, result);
    context.succeed = (result) => finish(null, result);
    context.fail = (error) => finish(error ?? 'handled');
    whenEmpty = () => finish(null, null);
    const callback = (error, result) => finish(error, result, context.callbackWaitsForEmptyEventLoop);
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') returned.then(context.succeed, context.fail);
  });
}

function written(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

async function work(handler) {
  for (;;) {
    isIdle = true;
    const { status, headers, body } = await send('GET', 'invocation/next');
    isIdle = false;
    // The server ends this process.
    if (status !== 200) process.exit(1);
    const context = contextOf(headers);
    current = context.awsRequestId;
    const call = awaits ? handler : callWithCallback.bind(undefined, handler);
    let answer;
    try {
      answer = written(await call(JSON.parse(body), context));
    } catch (error) {
      await report(`invocation/${current}/error`, 'Invoke Error', error);
      continue;
    } finally {
      whenEmpty = () => {};
    }
    await send('POST', `invocation/${current}/response`, answer);
  }
}

process.on('beforeExit', () => whenEmpty());

if (!awaits) {
  const endWith = (status, what) => (error) => {
    if (isIdle) {
      // No event is under way that it would be the error of.
      console.error(what, error);
      process.exit(status);
    }
    const where = current === undefined ? 'init/error' : `invocation/${current}/error`;
    report(where, what, error).finally(() => process.exit(status));
  };
  process.on('uncaughtException', endWith(129, 'Uncaught Exception'));
  const rejected = endWith(128, 'Unhandled Promise Rejection');
  process.on('unhandledRejection', (reason) => rejected(new Named('UnhandledPromiseRejection', String(reason))));
}

load().then(
  work,
  (error) => report('init/error', 'Init Error', error).finally(() => process.exit(1)),
);
