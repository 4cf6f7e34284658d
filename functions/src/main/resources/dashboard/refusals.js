// What the relay says when it refuses, as a device logs it, and what to do about it. The numbers are what
// devices show most often; many leave the words out.

export const refusals = [
  ['530 5.7.0', 'Authentication required: no SMTP user nominates your address …', 'The address at the end is the one that your mail comes from. Save exactly that one under IP authentication, and wait five seconds.'],
  ['535 5.7.8', 'Authentication credentials invalid', 'The user name or the password is wrong, the SMTP user is disabled, or the device is outside the IP restrictions. To send by address, turn SMTP authentication off in the device.'],
  ['538 5.7.11', 'Encryption required for authentication', 'The device would send its password in the clear. Turn on STARTTLS or SSL/TLS; or turn SMTP authentication off, to send by address.'],
  ['550 5.7.1', 'This SMTP user is disabled', 'Enable it on its page.'],
  ['550 5.7.1', 'This SMTP user may not send as this address', 'The device’s sender address isn’t among the allowed senders. Change one or the other.'],
  ['550 5.7.1', 'This SMTP user may not send with this From header', 'As above, for the From that people see in the message.'],
  ['550 5.7.1', 'This SMTP user has allowed senders, and this From header / this header …', 'The message says unclearly whom it is from. Set a plain sender name and address in the device; or leave the allowed senders empty.'],
  ['552 5.3.4', 'Message larger than this relay takes', 'Scan with fewer dots per inch, in black and white, or fewer pages at once.'],
  ['452 4.5.3', 'Too many recipients', 'Send to fewer people at once, or to a mailing list.'],
  ['450 4.7.1', 'Too many messages from your address / of this SMTP user', 'The device sends too fast. It goes on by itself within a minute.'],
  ['421 4.x.x', 'Too many connections, idle for too long, shutting down …', 'Switch the device’s mail off and on, or wait a minute. If it comes again, it opens connections too often.'],
  ['451 4.3.0\n454 4.7.0', 'It can’t be checked now …, try again later', 'The relay can’t read its records just now, or has shut this address out for a quarter of an hour after too many wrong passwords. Wait; then check the password.'],
  ['451 4.4.1', 'The next hop can’t take this now', 'The mail server behind the relay doesn’t answer. Nothing is to be changed; send again later.'],
  ['550, 553, 554', 'Other words, naming a recipient', 'The mail server behind the relay refuses that recipient or message. Check the recipient’s address; the words say more.'],
  ['500, 501, 503', 'Command not recognised, out of order …', 'The device speaks SMTP in a way that the relay doesn’t understand. Update its firmware, or tell whoever runs the relay the words.'],
  ['TLS error', 'Certificate, protocol or handshake …', 'Set the device’s clock. Type the server as it stands above, not as an address. If it knows only old TLS, turn encryption off.'],
  ['No answer', 'Connection timed out or refused', 'The network doesn’t let that port out. Try the next one; port 25 is often shut.'],
];
