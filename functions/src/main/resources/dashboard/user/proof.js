// An address that waits until somebody there has said that it may be trusted.
import {copyable} from '../page/copy.js';
import {code, el} from '../page/dom.js';
import {box} from '../page/feedback.js';
import {when} from '../page/times.js';
import {t} from '../page/words.js';

/** What waits for the SMTP user of that name, until when, and the link that somebody there has to open. */
export const pendingBox = (username, {ip, expiresAt, link}) =>
  box('wait', t('proof.title', {ip}),
    el('p', {}, t('proof.send', {ip: code(ip), username: code(username)})),
    el('p', {}, copyable(link, t('proof.link'))),
    el('p', {class: 'hint'}, t('proof.until'), ' ', when(expiresAt), '. ', t('proof.meanwhile')));
