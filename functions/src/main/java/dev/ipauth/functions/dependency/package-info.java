/** What the API needs and can't mend, and what the log says of it. */
@NullMarked
package dev.ipauth.functions.dependency;

import org.jspecify.annotations.NullMarked;
