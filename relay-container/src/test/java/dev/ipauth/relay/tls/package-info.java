/** Certificates and keys as people have them. */
@NullMarked
package dev.ipauth.relay.tls;

import org.jspecify.annotations.NullMarked;
