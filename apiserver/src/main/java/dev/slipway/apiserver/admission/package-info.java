/// The chain that changes or refuses a write after it is authorised and before it is stored.
@NullMarked
package dev.slipway.apiserver.admission;

import org.jspecify.annotations.NullMarked;
