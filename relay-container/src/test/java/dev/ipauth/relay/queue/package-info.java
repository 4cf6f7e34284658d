/** Tests of what is kept until it is delivered. */
@NullMarked
package dev.ipauth.relay.queue;

import org.jspecify.annotations.NullMarked;
