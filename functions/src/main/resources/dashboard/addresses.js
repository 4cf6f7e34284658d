// What can be told of an address before it is saved. Only to warn: the API decides.

const V4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i;

function kind4([a, b]) {
  if (a === 127) return 'loopback';
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return 'private';
  if (a === 100 && b >= 64 && b < 128) return 'shared';
  if (a === 169 && b === 254) return 'link-local';
  return 'public4';
}

/** loopback, private, shared, link-local, public4, public6; null when it looks like no address. */
export function kindOf(text) {
  const parts = V4.exec(text)?.slice(1).map(Number);
  if (parts) return parts.every((part) => part < 256) ? kind4(parts) : null;
  if (!/^[0-9a-f:.]+$/i.test(text) || text.split(':').length < 3) return null;
  if (text === '::1') return 'loopback';
  if (/^f[cd]..:/i.test(text)) return 'private';
  if (/^fe[89ab].:/i.test(text)) return 'link-local';
  return 'public6';
}

const CAUTIONS = {
  loopback: 'This is the address of the relay’s own machine. It is good for trying things out; from a network, no device has it.',
  private: 'This is a private address. It means something only inside your network, and many networks have the same. Unless the relay stands in that network, save the public address that your mail comes from.',
  shared: 'This address is shared by many of your internet provider’s customers, and each of them could send in this SMTP user’s name. Ask the provider for an address of your own, or use the password.',
  'link-local': 'This address is good on one cable only. A relay elsewhere never sees it.',
};
const IPV4_ONLY = 'This is an IPv6 address, but devices reach this relay by IPv4 only. Save your network’s public IPv4 address. To find it, let the device send a test: the refusal in its log names the address that the relay sees.';

/** What somebody should know before trusting it, one sentence or more each; empty when there is nothing. */
export function cautions(text, relayHasIpv6) {
  const kind = kindOf(text);
  const isIpv6 = kind !== null && !V4.test(text);
  return [CAUTIONS[kind], isIpv6 && kind !== 'loopback' && !relayHasIpv6 && IPV4_ONLY].filter(Boolean);
}
