/** The PROXY protocol's header, octet by octet. */
@NullMarked
package dev.ipauth.relay.proxy;

import org.jspecify.annotations.NullMarked;
