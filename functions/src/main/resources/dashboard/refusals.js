// What the relay says when it refuses, and what to do about it. In the words a device logs.
export const refusals = [
  ['530 5.7.0', 'Authentication required: no SMTP user nominates your address …', 'The address named there is the one your mail comes from. Save exactly that one under IP authentication, and wait five seconds.'],
  ['535 5.7.8', 'Authentication credentials invalid', 'User name or password is wrong. To send by address, turn SMTP authentication off in the device.'],
  ['538 5.7.11', 'Encryption required for authentication', 'The device would send its password in the clear. Turn on TLS or STARTTLS, or turn authentication off.'],
  ['550 5.7.1', 'This SMTP user is disabled', 'Somebody disabled it. Enable it on its page.'],
  ['550 5.7.1', 'This SMTP user may not send as this address', 'The device’s sender address is not among the allowed senders. Change one or the other.'],
  ['550 5.7.1', 'This SMTP user may not send with this From header', 'As above: it is the From of the message that isn’t among the allowed senders.'],
  ['552 5.3.4', 'Message larger than this relay takes', 'Scan with fewer dots per inch, or fewer pages at once.'],
  ['452 4.5.3', 'Too many recipients', 'Send to fewer people at once.'],
  ['421 / 450 4.7.x', 'Too many connections or messages', 'The device sends too fast, or tries again too often. It goes on by itself in a minute.'],
  ['451 4.x.x', 'Try again later', 'Something behind the relay is not available just now. The device tries again; nothing is to be changed.'],
  ['No answer at all', 'Connection timed out', 'The network may not let that port out. Try the next port; port 25 is often shut.'],
];
