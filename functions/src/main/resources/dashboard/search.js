// Looking for SMTP users by a part of their name, description or address. The API lists users by name and
// searches nothing, so this reads through the account's, once, and looks in what it has read.
import {api} from './api.js';

const AT_ONCE = 100;

export const matches = (user, text) =>
  [user.username, user.description ?? '', user.ipAuthentication?.ip ?? ''].some((value) => value.toLowerCase().includes(text));

export function everyUser() {
  const read = [];
  let cursor = null;
  let reading = null;
  const every = {
    read,
    /** Whether all have been read. */
    whole: false,
    /** Reads the next ones; when it fails, it can be asked again. */
    more() {
      reading ??= api.users(AT_ONCE, cursor).then((page) => {
        read.push(...page.items);
        cursor = page.nextCursor;
        every.whole = !cursor;
      }).finally(() => { reading = null; });
      return reading;
    },
  };
  return every;
}
