/// TorchScript modules, computed by libtorch 2.7 through DJL's native bridge. Left out: exported
/// programs (`.pt2`), state dicts and pickled modules, which are not programs that can be read
/// here. Read first: [dev.slipway.engines.torch.TorchEngine],
/// [dev.slipway.engines.torch.TorchArchive], [dev.slipway.engines.torch.TorchModel].
@NullMarked
package dev.slipway.engines.torch;

import org.jspecify.annotations.NullMarked;
