/** What becomes of {@code DATA_DIR}, in a real folder. */
@NullMarked
package dev.ipauth.local.data;

import org.jspecify.annotations.NullMarked;
