/** What an operator says, to a running platform and to a folder. */
@NullMarked
package dev.ipauth.local.command;

import org.jspecify.annotations.NullMarked;
