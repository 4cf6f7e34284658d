// The settings that the page starts with: how one signs in, and where devices find the relay.
import {alwaysSay, t} from './page/words.js';
import {secondsLong, setClock} from './page/times.js';

let settings;

export async function loadStart() {
  const answer = await fetch('/dashboard.json', {cache: 'no-cache'}).catch(() => null);
  setClock(answer?.headers.get('Date'));
  // A hotel's own page instead of ours is an answer, too.
  settings = answer?.ok ? await answer.json().catch(() => null) : null;
  if (!settings?.relay) throw new Error(t('start.unreachable'));
  alwaysSay({seconds: secondsLong(settings.relay.cacheSeconds)});
}

export const start = () => settings;
/** Whether anybody can be told of mail that was sent or refused. */
export const keepsMessages = () => settings.relay.keepsMessages;
