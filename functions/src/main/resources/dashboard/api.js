// The HTTP API: one function per request the page makes. Whatever isn't a 2xx is thrown as Refused.
import {session} from './session.js';

const PATIENCE = 35_000; // API Gateway gives up after 30 s.

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
    this.type = String(problem.type ?? '').replace('/problems/', '');
  }
}

let onExpired = () => {};
/** What to do when the API no longer knows the token. */
export const whenExpired = (then) => { onExpired = then; };

async function send(method, path, {body, etag, key} = {}) {
  const headers = {Authorization: `Bearer ${session.token()}`};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (etag) headers['If-Match'] = etag;
  if (key) headers['Idempotency-Key'] = key;
  let answer;
  let text;
  try {
    answer = await fetch(`/v1${path}`, {
      method, headers, cache: 'no-store', signal: AbortSignal.timeout(PATIENCE),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    text = await answer.text();
  } catch {
    throw new Refused(0, {type: 'unreachable', detail: 'No answer came. Check your connection and try again; what you typed is still here.'});
  }
  const json = parsed(text);
  if (!answer.ok) {
    if (answer.status === 401) onExpired();
    throw new Refused(answer.status, problem(answer, json));
  }
  return {value: json, etag: answer.headers.get('ETag'), status: answer.status};
}

function parsed(text) {
  try { return text ? JSON.parse(text) : null; } catch { return null; }
}

// What the gateway refuses by itself has a body of its own.
function problem(answer, json) {
  if (answer.status === 401) return {type: 'unauthorized', detail: 'Your sign-in has expired. Sign in again; what you typed is still here.'};
  if (answer.status === 429) return {type: 'too-many-requests', detail: `Too many requests just now. Try again in ${answer.headers.get('Retry-After') ?? 'some'} seconds.`};
  return json?.detail ? json : {type: 'unknown', detail: `That didn't work just now (status ${answer.status}). Try again; what you typed is still here.`};
}

const user = (name) => `/smtp-users/${encodeURIComponent(name)}`;
const page = (limit, cursor) => `?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;

export const api = {
  caller: async () => (await send('GET', '/caller')).value,
  users: async (limit, cursor) => (await send('GET', `/smtp-users${page(limit, cursor)}`)).value,
  user: (name) => send('GET', user(name)),
  make: (body, key) => send('POST', '/smtp-users', {body, key}),
  patch: (name, etag, body) => send('PATCH', user(name), {etag, body}),
  remove: (name, etag) => send('DELETE', user(name), {etag}),
  newPassword: (name, etag) => send('POST', `${user(name)}/password`, {etag}),
  setSenders: (name, etag, senders) => send('PUT', `${user(name)}/allowed-senders`, {etag, body: {senders}}),
  setRestrictions: (name, etag, networks) => send('PUT', `${user(name)}/ip-restrictions`, {etag, body: {networks}}),
  nominate: (name, etag, ip) => send('PUT', `${user(name)}/ip-authentication`, {etag, body: {ip}}),
  release: (name, etag) => send('DELETE', `${user(name)}/ip-authentication`, {etag}),
};
