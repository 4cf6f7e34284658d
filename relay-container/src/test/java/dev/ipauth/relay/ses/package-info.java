/** Tests of Amazon SES as the next hop. */
@NullMarked
package dev.ipauth.relay.ses;

import org.jspecify.annotations.NullMarked;
