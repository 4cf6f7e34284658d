/**
 * TLS in both directions: {@link dev.ipauth.relay.tls.ServerTls} for devices, {@link
 * dev.ipauth.relay.tls.ClientTls} for the next hop, and {@link dev.ipauth.relay.tls.Certificate},
 * where the relay's own comes from. Knows nothing of SMTP.
 */
@NullMarked
package dev.ipauth.relay.tls;

import org.jspecify.annotations.NullMarked;
