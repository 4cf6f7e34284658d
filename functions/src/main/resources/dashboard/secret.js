// A password, shown this once.
import {copyable} from './copy.js';
import {button, el, facts} from './dom.js';
import {guardWith} from './leaving.js';

const LEAVING = {
  title: 'Have you saved the password?',
  text: 'It is shown this once and can’t be read again. If it gets lost, only a new one helps.',
  yes: 'Leave this page',
  no: 'Stay here',
};

/** `done` is what follows when it has been saved elsewhere. */
export function secret(username, password, done) {
  guardWith(LEAVING);
  return el('div', {class: 'box info secret', role: 'group', tabindex: -1, 'aria-label': 'The new password'},
    el('strong', {}, 'This password is shown only once.'),
    el('p', {}, 'Put it where you keep passwords, or straight into the device. A device that sends by its IP address needs none.'),
    facts(['User name', copyable(username, 'the user name')], ['Password', copyable(password, 'the password')]),
    button('main', 'I have saved it', null, () => {
      guardWith(null);
      done();
    }));
}
