/** Who is calling, without a server around it. */
@NullMarked
package dev.ipauth.functions.caller;

import org.jspecify.annotations.NullMarked;
