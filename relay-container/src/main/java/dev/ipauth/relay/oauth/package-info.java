/**
 * Access tokens for the next hop (OAuth 2.0). {@link dev.ipauth.relay.oauth.AccessTokens} has one
 * for everybody, fetched by the {@code Issuer} with what the {@link dev.ipauth.relay.oauth.Grant}
 * says for the relay; why there is none is a {@link dev.ipauth.relay.oauth.NoToken}. Knows nothing
 * of SMTP. Neither tokens nor secrets are ever in a message or a log.
 */
@NullMarked
package dev.ipauth.relay.oauth;

import org.jspecify.annotations.NullMarked;
