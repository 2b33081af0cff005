/// Keys and certificates made on first start, kept in the data directory, and the kubeconfig that
/// carries them. Start with [dev.slipway.apiserver.access.pki.CertificateAuthority].
@NullMarked
package dev.slipway.apiserver.access.pki;

import org.jspecify.annotations.NullMarked;
