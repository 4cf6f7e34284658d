/**
 * {@code DATA_DIR}: what outlives the process, held by one process at a time. Start reading at
 * {@link dev.ipauth.local.data.DataDir}.
 */
@NullMarked
package dev.ipauth.local.data;

import org.jspecify.annotations.NullMarked;
