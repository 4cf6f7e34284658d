/**
 * The relay's event lines on their way to the recorder: they are kept in files until it has taken
 * them, so that it may be away, or the process may end, and mail takes no notice.
 */
@NullMarked
package dev.ipauth.local.lines;

import org.jspecify.annotations.NullMarked;
