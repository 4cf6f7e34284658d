/**
 * The PROXY protocol, versions 1 and 2: whose connection it is that a load balancer passes on.
 * Knows nothing of SMTP.
 */
@NullMarked
package dev.ipauth.relay.proxy;

import org.jspecify.annotations.NullMarked;
