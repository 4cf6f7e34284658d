/** Tests of the settings; {@code bad-settings.txt} has what is said of each bad one. */
@NullMarked
package dev.ipauth.relay;

import org.jspecify.annotations.NullMarked;
