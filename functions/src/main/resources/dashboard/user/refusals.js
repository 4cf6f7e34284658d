// What the relay says when it refuses, as a device logs it; what to do about it is among the texts. The numbers are
// what devices show most often; many leave the words out.

/** The six that are met most. */
export const common = [
  ['530 5.7.0', 'Authentication required: no SMTP user nominates your address …', 'log.530'],
  ['535 5.7.8', 'Authentication credentials invalid', 'log.535'],
  ['538 5.7.11', 'Encryption required for authentication', 'log.538'],
  ['550 5.7.1', 'This SMTP user may not send as this address', 'log.550.sender'],
  ['552 5.3.4', 'Message larger than this relay takes', 'log.552'],
  ['–', '', 'log.silence'],
];

export const further = [
  ['550 5.7.1', 'This SMTP user is disabled', 'log.550.disabled'],
  ['550 5.7.1', 'This SMTP user may not send with this From header', 'log.550.from'],
  ['550 5.7.1', 'This SMTP user has allowed senders, and this From header / this header …', 'log.550.unclear'],
  ['452 4.5.3', 'Too many recipients', 'log.452'],
  ['450 4.7.1', 'Too many messages from your address / of this SMTP user', 'log.450'],
  ['421 4.x.x', 'Too many connections, idle for too long, shutting down …', 'log.421'],
  ['451 4.3.0\n454 4.7.0', 'It can’t be checked now …, try again later', 'log.451.tables'],
  ['451 4.4.1', 'The next hop can’t take this now', 'log.451.nextHop'],
  ['550, 553, 554', '', 'log.nextHop'],
  ['500, 501, 503', 'Command not recognised, out of order …', 'log.500'],
  ['TLS', 'Certificate, protocol, handshake …', 'log.tls'],
];
