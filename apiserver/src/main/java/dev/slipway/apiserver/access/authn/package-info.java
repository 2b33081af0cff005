/// Who is asking: client certificates, bearer tokens, anonymous, impersonation. Start with
/// [dev.slipway.apiserver.access.authn.Authentication].
@NullMarked
package dev.slipway.apiserver.access.authn;

import org.jspecify.annotations.NullMarked;
