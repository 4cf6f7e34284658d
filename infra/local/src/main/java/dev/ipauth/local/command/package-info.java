/**
 * What an operator tells the platform while it runs, and does to its folder when it doesn't. The
 * same commands in both cases: a running platform is asked through a socket in its folder. Start
 * reading at {@link dev.ipauth.local.command.Commands}.
 */
@NullMarked
package dev.ipauth.local.command;

import org.jspecify.annotations.NullMarked;
