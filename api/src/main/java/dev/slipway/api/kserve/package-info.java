/// What holds for KServe's manifests before they are stored (KServe 0.20): the dialect that older
/// articles use, KServe's defaults, KServe's rules with its messages. Start reading at
/// [InferenceServiceRules].
@NullMarked
package dev.slipway.api.kserve;

import org.jspecify.annotations.NullMarked;
