/** The language that dialogues in files are written in, and its reader. */
@NullMarked
package dev.ipauth.relay.transcript;

import org.jspecify.annotations.NullMarked;
