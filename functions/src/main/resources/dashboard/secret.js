// A password, shown this once.
import {el} from './dom.js';
import {copyable} from './copy.js';
import {guardWith} from './leaving.js';

const ASKED = 'The password is shown this once and can’t be read again. Have you copied it?';

/** `done` is what follows when it has been put away. */
export function secret(username, password, done) {
  guardWith(ASKED);
  const put = el('button', {type: 'button', class: 'main', click: () => {
    guardWith(null);
    done();
  }}, 'I have put it away');
  return el('div', {class: 'box info secret', role: 'group', 'aria-label': 'The new password'},
    el('strong', {}, 'The password is shown this once.'),
    el('p', {}, 'Put it where you keep passwords, or straight into the device. If it gets lost, make a new one. A device that sends by its IP address needs none.'),
    el('dl', {class: 'facts'},
      el('dt', {}, 'User name'), el('dd', {}, copyable(username, 'the user name')),
      el('dt', {}, 'Password'), el('dd', {}, copyable(password, 'the password'))),
    put);
}
