//! The encoder's operations as candle custom ops, each with its gradient, on packed rows of f32.
//!
//! They serve inference and training alike: candle records `bwd` only when a variable is involved. All run on the
//! calling thread; the pipeline and the trainer spread work over threads by whole batches.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined into `wide` stays compiled for the oldest processor"
)]

use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor, bail};

/// Runs a loop compiled for the widest vectors of this processor. Only the number of values taken at once differs, so the
/// bits are the same on all of them. `f` and what it calls must be inlined, or they stay compiled for the oldest.
pub(super) fn wide<R>(f: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(f)
}

/// The contiguous f32 values of an argument.
pub(super) fn values<'a>(op: &'static str, storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let CpuStorage::F32(all) = storage else {
        bail!("{op}: expected f32, got {:?}", storage_name(storage))
    };
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(&all[start..end]),
        None => bail!(
            "{op}: expected a contiguous tensor, got strides {:?}",
            layout.stride()
        ),
    }
}

fn storage_name(storage: &CpuStorage) -> &'static str {
    match storage {
        CpuStorage::U32(_) => "u32",
        CpuStorage::F16(_) => "f16",
        CpuStorage::BF16(_) => "bf16",
        CpuStorage::F64(_) => "f64",
        _ => "another type",
    }
}

/// Row and column strides of a dense matrix, read as it is or transposed.
#[derive(Debug, Clone, Copy)]
struct View {
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

impl View {
    /// `rows × cols`, `stride` floats from one row to the next.
    fn rows(rows: usize, cols: usize, stride: usize) -> Self {
        Self {
            rows,
            cols,
            row_stride: stride,
            col_stride: 1,
        }
    }

    fn transposed(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
        }
    }

    /// One past the last float it touches.
    fn end(self) -> usize {
        if self.rows == 0 || self.cols == 0 {
            0
        } else {
            (self.rows - 1) * self.row_stride + (self.cols - 1) * self.col_stride + 1
        }
    }
}

/// `out := scale · a × b` on one thread.
///
/// # Panics
/// When the views do not fit their slices or each other: that is a bug in this file.
#[expect(
    unsafe_code,
    reason = "gemm takes raw pointers; every view is checked against its slice first"
)]
fn gemm(out: &mut [f32], out_view: View, a: &[f32], a_view: View, b: &[f32], b_view: View, scale: f32) {
    assert!(a_view.rows == out_view.rows && b_view.cols == out_view.cols && a_view.cols == b_view.rows);
    assert!(out_view.end() <= out.len() && a_view.end() <= a.len() && b_view.end() <= b.len());
    unsafe {
        gemm::gemm(
            out_view.rows,
            out_view.cols,
            a_view.cols,
            out.as_mut_ptr(),
            out_view.col_stride as isize,
            out_view.row_stride as isize,
            false,
            a.as_ptr(),
            a_view.col_stride as isize,
            a_view.row_stride as isize,
            b.as_ptr(),
            b_view.col_stride as isize,
            b_view.row_stride as isize,
            0.0,
            scale,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// Products of fewer values than this may be added up in another order than larger ones.
const SMALL_PRODUCT: usize = 512;

/// `a × b` of two matrices, either read transposed. No gradient of its own: it is the gradient of [`linear`].
struct MatMul {
    transpose_a: bool,
    transpose_b: bool,
}

impl CustomOp2 for MatMul {
    fn name(&self) -> &'static str {
        "matmul"
    }

    fn cpu_fwd(
        &self,
        a: &CpuStorage,
        a_layout: &Layout,
        b: &CpuStorage,
        b_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let view = |layout: &Layout, transpose: bool| -> Result<View> {
            let (rows, cols) = layout.shape().dims2()?;
            let view = View::rows(rows, cols, cols);
            Ok(if transpose { view.transposed() } else { view })
        };
        let (a_view, b_view) = (
            view(a_layout, self.transpose_a)?,
            view(b_layout, self.transpose_b)?,
        );
        if a_view.cols != b_view.rows {
            bail!(
                "matmul: expected inner dimensions to agree, got {} and {}",
                a_view.cols,
                b_view.rows
            );
        }
        let (m, n) = (a_view.rows, b_view.cols);
        let (a, b) = (values("matmul", a, a_layout)?, values("matmul", b, b_layout)?);
        // gemm adds small products up in another order. Rows of zeros make them large enough, so that a window of a few
        // tokens gets the same bits alone as in a batch.
        let rows = if self.transpose_a {
            m
        } else {
            m.max(SMALL_PRODUCT.div_ceil(n))
        };
        let padded: Vec<f32>;
        let a = if rows > m {
            padded = a
                .iter()
                .copied()
                .chain(std::iter::repeat_n(0.0, (rows - m) * a_view.cols))
                .collect();
            &padded
        } else {
            a
        };
        let mut out = vec![0f32; rows * n];
        gemm(
            &mut out,
            View::rows(rows, n, n),
            a,
            View { rows, ..a_view },
            b,
            b_view,
            1.0,
        );
        out.truncate(m * n);
        Ok((CpuStorage::F32(out), (m, n).into()))
    }
}

struct Linear;

impl CustomOp2 for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        w: &CpuStorage,
        w_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        MatMul {
            transpose_a: false,
            transpose_b: true,
        }
        .cpu_fwd(x, x_layout, w, w_layout)
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        _y: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let grad_x = grad.apply_op2_no_bwd(
            w,
            &MatMul {
                transpose_a: false,
                transpose_b: false,
            },
        )?;
        let grad_w = grad.apply_op2_no_bwd(
            x,
            &MatMul {
                transpose_a: true,
                transpose_b: false,
            },
        )?;
        Ok((Some(grad_x), Some(grad_w)))
    }
}

/// `x · wᵀ`: `x` `[n, in]`, `w` `[out, in]`, returns `[n, out]`.
///
/// # Errors
/// When shapes disagree or a tensor is not contiguous f32.
pub(crate) fn linear(x: &Tensor, w: &Tensor) -> Result<Tensor> {
    x.apply_op2(w, Linear)
}

/// Rows per sum and which: the ids of [`embed_sum`].
struct EmbedSum {
    ids: Arc<[u32]>,
    per_row: usize,
}

impl CustomOp1 for EmbedSum {
    fn name(&self) -> &'static str {
        "embed_sum"
    }

    fn cpu_fwd(&self, table: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (rows, width) = layout.shape().dims2()?;
        let table = values("embed_sum", table, layout)?;
        let n = self.ids.len() / self.per_row;
        let mut out = vec![0f32; n * width];
        for (row, ids) in out
            .chunks_exact_mut(width)
            .zip(self.ids.chunks_exact(self.per_row))
        {
            for &id in ids {
                if id as usize >= rows {
                    bail!("embed_sum: expected ids below {rows}, got {id}");
                }
                let source = &table[id as usize * width..][..width];
                row.iter_mut().zip(source).for_each(|(o, s)| *o += s);
            }
        }
        Ok((CpuStorage::F32(out), (n, width).into()))
    }

    fn bwd(&self, table: &Tensor, _y: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let scatter = ScatterAdd {
            ids: &self.ids,
            per_row: self.per_row,
            rows: table.dim(0)?,
        };
        Ok(Some(grad.contiguous()?.apply_op1_no_bwd(&scatter)?))
    }
}

struct ScatterAdd<'a> {
    ids: &'a [u32],
    per_row: usize,
    rows: usize,
}

impl CustomOp1 for ScatterAdd<'_> {
    fn name(&self) -> &'static str {
        "scatter_add"
    }

    fn cpu_fwd(&self, grad: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, width) = layout.shape().dims2()?;
        let grad = values("scatter_add", grad, layout)?;
        let mut out = vec![0f32; self.rows * width];
        for (row, ids) in grad.chunks_exact(width).zip(self.ids.chunks_exact(self.per_row)) {
            for &id in ids {
                let target = &mut out[id as usize * width..][..width];
                target.iter_mut().zip(row).for_each(|(t, g)| *t += g);
            }
        }
        Ok((CpuStorage::F32(out), (self.rows, width).into()))
    }
}

/// Sums `per_row` rows of `table` into each output row: `table` `[rows, width]`, returns `[ids.len() / per_row, width]`.
///
/// # Errors
/// When an id is outside of the table.
pub(crate) fn embed_sum(table: &Tensor, ids: &Arc<[u32]>, per_row: usize) -> Result<Tensor> {
    table.apply_op1(EmbedSum {
        ids: Arc::clone(ids),
        per_row,
    })
}

/// Picks rows of `x` `[n, width]`, repeats allowed.
///
/// # Errors
/// When a row is outside of `x`.
pub(crate) fn rows(x: &Tensor, rows: &Arc<[u32]>) -> Result<Tensor> {
    embed_sum(x, rows, 1)
}

const NORM_EPSILON: f32 = 1e-6;

struct RmsNorm;

/// Values that sums and maxima take at once: the compiler turns them into vectors.
pub(super) const LANES: usize = 16;

/// Folds `f` of the values at each place of some slices of one length, in [`LANES`] interleaved parts.
#[inline(always)]
fn fold<const N: usize>(
    slices: [&[f32]; N],
    start: f32,
    f: impl Fn([f32; N]) -> f32,
    join: impl Fn(f32, f32) -> f32,
) -> f32 {
    let chunks = slices.map(|s| s.as_chunks::<LANES>());
    let mut parts = [start; LANES];
    for i in 0..chunks[0].0.len() {
        let taken = chunks.map(|(whole, _)| &whole[i]);
        parts = std::array::from_fn(|j| join(parts[j], f(taken.map(|t| t[j]))));
    }
    let mut all = start;
    for part in parts {
        all = join(all, part);
    }
    for i in 0..chunks[0].1.len() {
        all = join(all, f(chunks.map(|(_, rest)| rest[i])));
    }
    all
}

#[inline(always)]
fn sum_of<const N: usize>(slices: [&[f32]; N], f: impl Fn([f32; N]) -> f32) -> f32 {
    fold(slices, 0.0, f, |a, b| a + b)
}

/// The largest value of a row.
#[inline(always)]
pub(super) fn max_of(row: &[f32]) -> f32 {
    fold(
        [row],
        f32::NEG_INFINITY,
        |[x]| x,
        |a, b| if b > a { b } else { a },
    )
}

/// The smallest value of a row.
#[inline(always)]
pub(super) fn min_of(row: &[f32]) -> f32 {
    fold([row], f32::INFINITY, |[x]| x, |a, b| if b < a { b } else { a })
}

#[inline(always)]
fn inverse_rms(row: &[f32]) -> f32 {
    (sum_of([row], |[x]| x * x) / row.len() as f32 + NORM_EPSILON)
        .sqrt()
        .recip()
}

impl CustomOp2 for RmsNorm {
    fn name(&self) -> &'static str {
        "rms_norm"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        w: &CpuStorage,
        w_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (_, width) = x_layout.shape().dims2()?;
        let (x, w) = (values("rms_norm", x, x_layout)?, values("rms_norm", w, w_layout)?);
        let mut out = vec![0f32; x.len()];
        wide(
            #[inline(always)]
            || {
                for (row, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
                    let inverse = inverse_rms(row);
                    for ((o, x), w) in out.iter_mut().zip(row).zip(w) {
                        *o = x * inverse * w;
                    }
                }
            },
        );
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        _y: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        // Both gradients come out of one pass, as the rows of one tensor: `n` for x, then one for w.
        let grad = grad.contiguous()?;
        let both = Tensor::cat(&[x, &grad], 0)?.apply_op2_no_bwd(w, &RmsNormGrad)?;
        let n = x.dim(0)?;
        Ok((
            Some(both.narrow(0, 0, n)?),
            Some(both.narrow(0, n, 1)?.reshape(w.shape())?),
        ))
    }
}

struct RmsNormGrad;

impl CustomOp2 for RmsNormGrad {
    fn name(&self) -> &'static str {
        "rms_norm_grad"
    }

    fn cpu_fwd(
        &self,
        x_and_grad: &CpuStorage,
        layout: &Layout,
        w: &CpuStorage,
        w_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (double, width) = layout.shape().dims2()?;
        let n = double / 2;
        let (x, grad) = values("rms_norm_grad", x_and_grad, layout)?.split_at(n * width);
        let w = values("rms_norm_grad", w, w_layout)?;
        let mut out = vec![0f32; (n + 1) * width];
        let (out_x, out_w) = out.split_at_mut(n * width);
        wide(
            #[inline(always)]
            || {
                for ((x, g), o) in x
                    .chunks_exact(width)
                    .zip(grad.chunks_exact(width))
                    .zip(out_x.chunks_exact_mut(width))
                {
                    let inverse = inverse_rms(x);
                    let dot = sum_of([x, g, w], |[x, g, w]| x * g * w);
                    let pull = dot * inverse * inverse * inverse / width as f32;
                    for ((((o, out_w), x), g), w) in o.iter_mut().zip(out_w.iter_mut()).zip(x).zip(g).zip(w) {
                        *o = g * w * inverse - x * pull;
                        *out_w += g * x * inverse;
                    }
                }
            },
        );
        Ok((CpuStorage::F32(out), (n + 1, width).into()))
    }
}

/// Root-mean-square normalisation of each row, times `w` (Zhang and Sennrich 2019): `x` `[n, width]`, `w` `[width]`.
///
/// # Errors
/// When a tensor is not contiguous f32.
pub(crate) fn rms_norm(x: &Tensor, w: &Tensor) -> Result<Tensor> {
    x.apply_op2(w, RmsNorm)
}

struct SquaredRelu;
struct SquaredReluGrad;

impl CustomOp1 for SquaredRelu {
    fn name(&self) -> &'static str {
        "squared_relu"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = values("squared_relu", x, layout)?;
        let mut out = vec![0f32; x.len()];
        wide(
            #[inline(always)]
            || {
                for (o, x) in out.iter_mut().zip(x) {
                    *o = x.max(0.0) * x.max(0.0);
                }
            },
        );
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _y: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(x.apply_op2_no_bwd(&grad.contiguous()?, &SquaredReluGrad)?))
    }
}

impl CustomOp2 for SquaredReluGrad {
    fn name(&self) -> &'static str {
        "squared_relu_grad"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        g: &CpuStorage,
        g_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, g) = (
            values("squared_relu_grad", x, x_layout)?,
            values("squared_relu_grad", g, g_layout)?,
        );
        let mut out = vec![0f32; x.len()];
        wide(
            #[inline(always)]
            || {
                for ((o, x), g) in out.iter_mut().zip(x).zip(g) {
                    *o = 2.0 * x.max(0.0) * g;
                }
            },
        );
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }
}

/// `max(x, 0)²` (So et al. 2021): as good as GELU here and free of exponentials.
///
/// # Errors
/// When `x` is not contiguous f32.
pub(crate) fn squared_relu(x: &Tensor) -> Result<Tensor> {
    x.apply_op1(SquaredRelu)
}

struct Dropout {
    probability: f32,
    seed: u64,
}

/// A well-mixed 64-bit hash of a counter (`SplitMix64`).
pub(crate) fn mix(counter: u64) -> u64 {
    let mut z = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl CustomOp1 for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    // The mask is a function of seed and position, so the gradient applies the same op to `grad`.
    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = values("dropout", x, layout)?;
        let keep_scale = 1.0 / (1.0 - self.probability);
        let threshold = (self.probability * 65536.0) as u64;
        let mut out = vec![0f32; x.len()];
        // Four 16-bit draws from each hash.
        wide(
            #[inline(always)]
            || {
                for (i, (four, out)) in x.chunks(4).zip(out.chunks_mut(4)).enumerate() {
                    let draws = mix(self.seed.wrapping_add(i as u64));
                    for (j, (x, o)) in four.iter().zip(out).enumerate() {
                        let keep = (draws >> (16 * j)) & 0xffff >= threshold;
                        *o = if keep { x * keep_scale } else { 0.0 };
                    }
                }
            },
        );
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }

    fn bwd(&self, _x: &Tensor, _y: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let op = Self {
            probability: self.probability,
            seed: self.seed,
        };
        Ok(Some(grad.contiguous()?.apply_op1_no_bwd(&op)?))
    }
}

/// Zeroes each value with `probability` and scales the rest up; the same `seed` gives the same mask.
///
/// # Errors
/// When `x` is not contiguous f32.
pub(crate) fn dropout(x: &Tensor, probability: f32, seed: u64) -> Result<Tensor> {
    if probability <= 0.0 {
        Ok(x.clone())
    } else {
        x.apply_op1(Dropout { probability, seed })
    }
}

/// 1.5 · 2²³: adding it rounds to the nearest integer without a call, and leaves that in the lowest bits.
pub(super) const ROUND: f32 = 12_582_912.0;

/// `eˣ` for `x <= 0`, to 2e-7 relative: a polynomial the compiler can vectorise. Below -87 it gives 0.
#[inline(always)]
fn exp(x: f32) -> f32 {
    let x = x.max(-87.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let p = 1.987_569_2e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 5e-1;
    let y = p * r * r + r + 1.0;
    y * f32::from_bits((rounded.to_bits() << 23).wrapping_add(1f32.to_bits()))
}

/// Turns a row of logits into probabilities, in place.
pub(crate) fn softmax(row: &mut [f32]) {
    wide(
        #[inline(always)]
        || softmax_row(row),
    );
}

#[inline(always)]
fn softmax_row(row: &mut [f32]) {
    let max = max_of(row);
    for x in row.iter_mut() {
        *x = exp(*x - max);
    }
    let scale = 1.0 / sum_of([row], |[p]| p);
    for x in row.iter_mut() {
        *x *= scale;
    }
}

/// Attention inside each window of a packed batch, with rotary positions.
struct Attention {
    /// `[start, end)` rows of each window: `bounds[i]..bounds[i + 1]`.
    bounds: Arc<[u32]>,
    n_heads: usize,
}

/// Rotary position embedding (Su et al. 2021) of the halves of each head, `sign` -1 to undo it.
fn rotate(row: &mut [f32], angles: &[(f32, f32)], sign: f32) {
    let half = row.len() / 2;
    let (low, high) = row.split_at_mut(half);
    for ((a, b), &(sin, cos)) in low.iter_mut().zip(high).zip(angles) {
        let (x, y) = (*a, *b);
        *a = x * cos - sign * y * sin;
        *b = y * cos + sign * x * sin;
    }
}

/// `(sin, cos)` of every position below `n` and every frequency: `[n, head_width / 2]`.
fn rope_angles(n: usize, head_width: usize) -> Vec<(f32, f32)> {
    let half = head_width / 2;
    let frequencies: Vec<f64> = (0..half)
        .map(|i| 10_000f64.powf(-(i as f64) / half as f64))
        .collect();
    let mut angles = Vec::with_capacity(n * half);
    for position in 0..n {
        for frequency in &frequencies {
            let (sin, cos) = (position as f64 * frequency).sin_cos();
            angles.push((sin as f32, cos as f32));
        }
    }
    angles
}

/// Queries, keys and attention probabilities of one head in one window; the memory serves one head after the other.
#[derive(Default)]
struct Head {
    q: Vec<f32>,
    k: Vec<f32>,
    p: Vec<f32>,
}

impl Head {
    /// Rotated q and k and the softmax of their products, for the head at column `column` of rows `start..start + n`.
    fn fill(
        &mut self,
        qkv: &[f32],
        start: usize,
        n: usize,
        width: usize,
        column: usize,
        angles: &[(f32, f32)],
    ) {
        let h = angles.len() / n.max(1) * 2;
        debug_assert!(h > 0);
        for (out, offset) in [(&mut self.q, 0), (&mut self.k, width)] {
            out.clear();
            for i in 0..n {
                out.extend_from_slice(&qkv[(start + i) * 3 * width + offset + column..][..h]);
                rotate(&mut out[i * h..], &angles[i * h / 2..][..h / 2], 1.0);
            }
        }
        self.p.resize(n * n, 0.0);
        gemm(
            &mut self.p,
            View::rows(n, n, n),
            &self.q,
            View::rows(n, h, h),
            &self.k,
            View::rows(n, h, h).transposed(),
            scale(h),
        );
        wide(
            #[inline(always)]
            || {
                for row in self.p.chunks_exact_mut(n) {
                    softmax_row(row);
                }
            },
        );
    }
}

impl Attention {
    fn dims(&self, layout: &Layout) -> Result<(usize, usize, usize)> {
        let (n, triple) = layout.shape().dims2()?;
        let width = triple / 3;
        if triple % 3 != 0 || width % (2 * self.n_heads) != 0 || self.bounds.last() != Some(&(n as u32)) {
            bail!(
                "attention: expected [{:?}, 3 · heads · even], got [{n}, {triple}]",
                self.bounds.last()
            );
        }
        Ok((n, width, width / self.n_heads))
    }

    fn angles(&self, head_width: usize) -> Vec<(f32, f32)> {
        let longest = self.bounds.windows(2).map(|b| b[1] - b[0]).max().unwrap_or(0);
        rope_angles(longest as usize, head_width)
    }
}

fn scale(head_width: usize) -> f32 {
    (head_width as f32).sqrt().recip()
}

impl CustomOp1 for Attention {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(&self, qkv: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (n_rows, width, h) = self.dims(layout)?;
        let qkv = values("attention", qkv, layout)?;
        let angles = self.angles(h);
        let mut out = vec![0f32; n_rows * width];
        let mut head = Head::default();
        for window in self.bounds.windows(2) {
            let (start, n) = (window[0] as usize, (window[1] - window[0]) as usize);
            for column in (0..width).step_by(h) {
                head.fill(qkv, start, n, width, column, &angles[..n * h / 2]);
                let v = &qkv[start * 3 * width + 2 * width + column..];
                let o = &mut out[start * width + column..];
                let v_view = View::rows(n, h, 3 * width);
                gemm(
                    o,
                    View::rows(n, h, width),
                    &head.p,
                    View::rows(n, n, n),
                    v,
                    v_view,
                    1.0,
                );
            }
        }
        Ok((CpuStorage::F32(out), (n_rows, width).into()))
    }

    fn bwd(&self, qkv: &Tensor, _y: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let op = AttentionGrad(Self {
            bounds: Arc::clone(&self.bounds),
            n_heads: self.n_heads,
        });
        Ok(Some(qkv.apply_op2_no_bwd(&grad.contiguous()?, &op)?))
    }
}

struct AttentionGrad(Attention);

impl CustomOp2 for AttentionGrad {
    fn name(&self) -> &'static str {
        "attention_grad"
    }

    fn cpu_fwd(
        &self,
        qkv: &CpuStorage,
        layout: &Layout,
        grad: &CpuStorage,
        grad_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (n_rows, width, h) = self.0.dims(layout)?;
        let qkv = values("attention_grad", qkv, layout)?;
        let grad = values("attention_grad", grad, grad_layout)?;
        let angles = self.0.angles(h);
        let mut out = vec![0f32; n_rows * 3 * width];
        let mut head = Head::default();
        for window in self.0.bounds.windows(2) {
            let (start, n) = (window[0] as usize, (window[1] - window[0]) as usize);
            let (square, tall) = (View::rows(n, n, n), View::rows(n, h, h));
            let mut d_p = vec![0f32; n * n];
            let mut d_half = vec![0f32; n * h];
            for column in (0..width).step_by(h) {
                head.fill(qkv, start, n, width, column, &angles[..n * h / 2]);
                let v = &qkv[start * 3 * width + 2 * width + column..];
                let d_o = &grad[start * width + column..];
                let (strided, d_o_view) = (View::rows(n, h, 3 * width), View::rows(n, h, width));
                let first = start * 3 * width + column;
                gemm(
                    &mut out[first + 2 * width..],
                    strided,
                    &head.p,
                    square.transposed(),
                    d_o,
                    d_o_view,
                    1.0,
                );
                gemm(&mut d_p, square, d_o, d_o_view, v, strided.transposed(), 1.0);
                wide(
                    #[inline(always)]
                    || {
                        for (d, p) in d_p.chunks_exact_mut(n).zip(head.p.chunks_exact(n)) {
                            let dot = sum_of([d, p], |[d, p]| d * p);
                            for (d, p) in d.iter_mut().zip(p) {
                                *d = p * (*d - dot);
                            }
                        }
                    },
                );
                for (offset, view, other) in [(0, square, &head.k), (width, square.transposed(), &head.q)] {
                    gemm(&mut d_half, tall, &d_p, view, other, tall, scale(h));
                    for (i, row) in d_half.chunks_exact_mut(h).enumerate() {
                        rotate(row, &angles[i * h / 2..][..h / 2], -1.0);
                        out[first + offset + i * 3 * width..][..h].copy_from_slice(row);
                    }
                }
            }
        }
        Ok((CpuStorage::F32(out), (n_rows, 3 * width).into()))
    }
}

/// Self-attention inside each window: `qkv` `[n, 3 · width]` (queries, keys, values), returns `[n, width]`.
///
/// `bounds` holds the first row of each window and, last, `n`.
///
/// # Errors
/// When `width` is not `n_heads` times an even number or `bounds` does not end at `n`.
///
/// # Source
/// Vaswani et al. 2017 §3.2; rotary positions, Su et al. 2021. Checked against stock candle ops in `tests` below.
pub(crate) fn attention(qkv: &Tensor, bounds: &Arc<[u32]>, n_heads: usize) -> Result<Tensor> {
    qkv.apply_op1(Attention {
        bounds: Arc::clone(bounds),
        n_heads,
    })
}

/// What a row of logits should have said, and how much it counts.
#[derive(Debug, Clone)]
pub(crate) struct Targets {
    /// Right column of each row.
    pub classes: Arc<[u32]>,
    /// Weight of each row.
    pub weights: Arc<[f32]>,
    /// Share of the probability spread evenly over all columns.
    pub smoothing: f32,
}

struct CrossEntropy(Targets);
struct CrossEntropyGrad(Targets);

impl CustomOp1 for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross_entropy"
    }

    fn cpu_fwd(&self, logits: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (n, width) = layout.shape().dims2()?;
        let Targets {
            classes,
            weights,
            smoothing,
        } = &self.0;
        if classes.len() != n || weights.len() != n {
            bail!(
                "cross_entropy: expected {n} targets and weights, got {} and {}",
                classes.len(),
                weights.len()
            );
        }
        let logits = values("cross_entropy", logits, layout)?;
        let mut total = 0f64;
        for ((row, &class), &weight) in logits.chunks_exact(width).zip(classes.iter()).zip(weights.iter()) {
            let (log_sum, mean) = wide(
                #[inline(always)]
                || {
                    let max = max_of(row);
                    let log_sum = sum_of([row], |[x]| exp(x - max)).ln() + max;
                    (log_sum, sum_of([row], |[x]| x) / width as f32)
                },
            );
            let aim = (1.0 - smoothing) * row[class as usize] + smoothing * mean;
            total += f64::from(weight * (log_sum - aim));
        }
        Ok((CpuStorage::F32(vec![total as f32]), ().into()))
    }

    fn bwd(&self, logits: &Tensor, _y: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(
            logits.apply_op2_no_bwd(grad, &CrossEntropyGrad(self.0.clone()))?,
        ))
    }
}

impl CustomOp2 for CrossEntropyGrad {
    fn name(&self) -> &'static str {
        "cross_entropy_grad"
    }

    fn cpu_fwd(
        &self,
        logits: &CpuStorage,
        layout: &Layout,
        grad: &CpuStorage,
        grad_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (_, width) = layout.shape().dims2()?;
        let Targets {
            classes,
            weights,
            smoothing,
        } = &self.0;
        let scale = values("cross_entropy_grad", grad, grad_layout)?[0];
        let mut out = values("cross_entropy_grad", logits, layout)?.to_vec();
        for ((row, &class), &weight) in out
            .chunks_exact_mut(width)
            .zip(classes.iter())
            .zip(weights.iter())
        {
            wide(
                #[inline(always)]
                || {
                    softmax_row(row);
                    for p in row.iter_mut() {
                        *p = (*p - smoothing / width as f32) * weight * scale;
                    }
                },
            );
            row[class as usize] -= (1.0 - smoothing) * weight * scale;
        }
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}

/// Weighted sum over rows of the cross-entropy of `logits` `[n, classes]`, in nats: a scalar.
///
/// # Errors
/// When the targets are not one a row.
pub(crate) fn cross_entropy(logits: &Tensor, targets: Targets) -> Result<Tensor> {
    logits.apply_op1(CrossEntropy(targets))
}
/// Choices among rows of scores: groups of them, one after the other, and which rows of each are right.
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    /// First row of each group and, last, the number of rows.
    pub bounds: Arc<[u32]>,
    /// For each row, 0 when it is wrong, else which of the right answers of its group it belongs to, from 1.
    pub answers: Arc<[u32]>,
    /// Weight of each group.
    pub weights: Arc<[f32]>,
}

impl Choices {
    /// Calls `f` with the rows, the right answers and the weight of each group.
    fn each(&self, mut f: impl FnMut(std::ops::Range<usize>, &[u32], f32)) {
        for (bounds, &weight) in self.bounds.windows(2).zip(self.weights.iter()) {
            let rows = bounds[0] as usize..bounds[1] as usize;
            f(rows.clone(), &self.answers[rows], weight);
        }
    }
}

/// Probability of each right answer of a group: the sum over its rows.
fn answer_sums(p: &[f32], answers: &[u32]) -> Vec<f32> {
    let mut sums = vec![0.0; answers.iter().copied().max().unwrap_or(0) as usize];
    for (&p, &a) in p.iter().zip(answers).filter(|(_, a)| **a > 0) {
        sums[a as usize - 1] += p;
    }
    sums
}

/// Least probability that the loss of a choice tells from 0.
const LEAST: f32 = 1e-9;

struct ChoiceLoss(Choices);
struct ChoiceLossGrad(Choices);

impl CustomOp1 for ChoiceLoss {
    fn name(&self) -> &'static str {
        "choice_loss"
    }

    fn cpu_fwd(&self, scores: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let scores = values("choice_loss", scores, layout)?;
        if scores.len() != self.0.answers.len() {
            bail!(
                "choice_loss: expected {} scores, got {}",
                self.0.answers.len(),
                scores.len()
            );
        }
        let mut total = 0f64;
        self.0.each(|rows, answers, weight| {
            let mut p = scores[rows].to_vec();
            softmax(&mut p);
            let sums = answer_sums(&p, answers);
            let loss: f32 = sums.iter().map(|s| -s.max(LEAST).ln()).sum();
            total += f64::from(weight * loss / sums.len().max(1) as f32);
        });
        Ok((CpuStorage::F32(vec![total as f32]), ().into()))
    }

    fn bwd(&self, scores: &Tensor, _y: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(
            scores.apply_op2_no_bwd(grad, &ChoiceLossGrad(self.0.clone()))?,
        ))
    }
}

impl CustomOp2 for ChoiceLossGrad {
    fn name(&self) -> &'static str {
        "choice_loss_grad"
    }

    fn cpu_fwd(
        &self,
        scores: &CpuStorage,
        layout: &Layout,
        grad: &CpuStorage,
        grad_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let scale = values("choice_loss_grad", grad, grad_layout)?[0];
        let mut out = values("choice_loss_grad", scores, layout)?.to_vec();
        self.0.each(|rows, answers, weight| {
            let p = &mut out[rows];
            softmax(p);
            let sums = answer_sums(p, answers);
            if sums.is_empty() {
                p.fill(0.0);
            }
            for (p, &a) in p.iter_mut().zip(answers) {
                let right = match a {
                    0 => 0.0,
                    a => *p / (sums[a as usize - 1].max(LEAST) * sums.len() as f32),
                };
                *p = (*p - right) * weight * scale;
            }
        });
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}

/// Weighted sum over groups of the mean over their right answers of `-ln p(answer)`, in nats: a scalar. `scores` are
/// `[n]` or `[n, 1]`; the probability of an answer is that of all its rows together, in the softmax over its group.
///
/// # Errors
/// When the choices are not about as many rows.
pub(crate) fn choice_loss(scores: &Tensor, choices: Choices) -> Result<Tensor> {
    scores.apply_op1(ChoiceLoss(choices))
}
