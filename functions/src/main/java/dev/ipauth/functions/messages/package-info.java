/**
 * What became of each message: made of the relay's event lines, which arrive twice, late, in any
 * order, or not at all.
 *
 * <p>{@link dev.ipauth.functions.messages.Recorder} takes lines. Of each transaction it keeps a row
 * ({@link dev.ipauth.functions.messages.MessageRow}) that is the same in whatever order the
 * transaction's lines came; counts each line once ({@link
 * dev.ipauth.functions.messages.CountedLines}); and remembers each SMTP user's newest. Nothing here
 * touches {@code SmtpUsers}: its version is the fence of every change of a user.
 */
@NullMarked
package dev.ipauth.functions.messages;

import org.jspecify.annotations.NullMarked;
