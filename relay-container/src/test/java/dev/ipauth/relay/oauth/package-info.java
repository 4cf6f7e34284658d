/** Tests of access tokens. */
@NullMarked
package dev.ipauth.relay.oauth;

import org.jspecify.annotations.NullMarked;
