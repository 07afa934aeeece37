//! Linear layers in eight bits, for inference alone: a quarter of the memory, and about twice the speed of the whole encoder
//! on a processor with AVX-512 VNNI.
//!
//! Weights are rounded to -127..=127 with a scale an output. Each row of activations is rounded to 0..=255 with a scale
//! and a zero of its own as it comes (dynamic quantisation), so that a row gets the same bits in any batch. The sums are
//! exact in 32 bits: every processor gives the same.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, bail};

use super::ops::{LANES, ROUND, max_of, min_of, values, wide};

/// Rows computed together: with two vectors of outputs for each, their sums fill the registers of AVX-512.
const ROWS: usize = 12;
/// Vectors of outputs computed together.
const VECTORS: usize = 2;
/// Outputs computed together.
const PANEL: usize = VECTORS * LANES;
/// Products added up in one instruction.
const QUAD: usize = 4;

/// Four inputs of each of a panel's outputs.
type Weights = [[[i8; QUAD]; LANES]; VECTORS];
/// Four inputs of each of some rows.
type Inputs = [[u8; QUAD]; ROWS];
/// A sum for each row and output.
type Sums = [[[i32; LANES]; VECTORS]; ROWS];

/// A way to the sums of products of a block of rows and a panel of outputs.
type MakeSums = fn(&[Inputs], &[Weights]) -> Sums;

/// A weight matrix in eight bits.
pub(crate) struct Int8Matrix {
    n_in: usize,
    n_out: usize,
    /// Panel after panel of outputs, in each all the inputs, four by four; zeros beyond `n_in` and `n_out`.
    weights: Vec<Weights>,
    /// What one step of each output's weights is worth; 0 beyond `n_out`.
    scales: Vec<f32>,
    /// Sum of each output's weights, which the zero of the inputs multiplies.
    totals: Vec<i32>,
}

/// Range of values below which all are as good as zero; its steps are still ordinary floats.
const SMALLEST_RANGE: f32 = 1e-30;

/// Largest absolute value that a weight is rounded to.
const LARGEST: f32 = 127.0;

impl Int8Matrix {
    /// Rounds a matrix `[out, in]`.
    ///
    /// # Errors
    /// When it is not a matrix of finite f32.
    pub(crate) fn new(w: &Tensor) -> Result<Self> {
        let (n_out, n_in) = w.dims2()?;
        let rows: Vec<Vec<f32>> = w.to_vec2()?;
        let (n_quads, n_panels) = (n_in.div_ceil(QUAD), n_out.div_ceil(PANEL));
        let mut weights = vec![Weights::default(); n_panels * n_quads];
        let (mut scales, mut totals) = (vec![0f32; n_panels * PANEL], vec![0i32; n_panels * PANEL]);
        for (o, row) in rows.iter().enumerate() {
            if let Some(w) = row.iter().find(|w| !w.is_finite()) {
                bail!("int8_linear: expected finite weights, got {w}");
            }
            let largest = row.iter().fold(0f32, |m, w| m.max(w.abs()));
            let scale = largest.max(SMALLEST_RANGE) / LARGEST;
            let (panel, place) = (o / PANEL, o % PANEL);
            for (i, w) in row.iter().enumerate() {
                let q = (w / scale).round() as i8;
                weights[panel * n_quads + i / QUAD][place / LANES][place % LANES][i % QUAD] = q;
                totals[o] += i32::from(q);
            }
            scales[o] = scale;
        }
        Ok(Self {
            n_in,
            n_out,
            weights,
            scales,
            totals,
        })
    }

    /// `x · wᵀ`: `x` `[n, in]`, returns `[n, out]`; no gradient.
    ///
    /// # Errors
    /// When `x` has another width or is not contiguous f32.
    pub(crate) fn apply(&self, x: &Tensor) -> Result<Tensor> {
        x.apply_op1_no_bwd(&Int8Linear::<false>(self))
    }

    /// `max(x · wᵀ, 0)²`, the activation of the encoder after [`Int8Matrix::apply`].
    ///
    /// # Errors
    /// As there.
    pub(crate) fn apply_squared_relu(&self, x: &Tensor) -> Result<Tensor> {
        x.apply_op1_no_bwd(&Int8Linear::<true>(self))
    }
}

/// Rounded rows, [`ROWS`] at a time, with what a step of each is worth and which step is zero.
struct Rounded {
    inputs: Vec<Inputs>,
    scales: Vec<f32>,
    zeros: Vec<i32>,
}

impl Rounded {
    fn new(x: &[f32], n_in: usize) -> Self {
        let (n, n_quads) = (x.len() / n_in, n_in.div_ceil(QUAD));
        let mut inputs = vec![Inputs::default(); n.div_ceil(ROWS) * n_quads];
        let (mut scales, mut zeros) = (vec![0f32; n], vec![0i32; n]);
        wide(
            #[inline(always)]
            || {
                let mut steps = vec![0u8; n_quads * QUAD];
                for (r, row) in x.chunks_exact(n_in).enumerate() {
                    // Zero itself is always a step, so that padding adds nothing.
                    let (least, most) = (min_of(row).min(0.0), max_of(row).max(0.0));
                    let scale = (most - least).max(SMALLEST_RANGE) / 255.0;
                    let (inverse, zero) = (1.0 / scale, (-least / scale).round());
                    for (s, x) in steps.iter_mut().zip(row) {
                        *s = ((x * inverse + zero).clamp(0.0, 255.0) + ROUND).to_bits() as u8;
                    }
                    (scales[r], zeros[r]) = (scale, zero as i32);
                    let block = &mut inputs[r / ROWS * n_quads..][..n_quads];
                    for (quad, place) in steps.as_chunks().0.iter().zip(block) {
                        place[r % ROWS] = *quad;
                    }
                }
            },
        );
        Self {
            inputs,
            scales,
            zeros,
        }
    }
}

/// Sums of products of a block of rows and a panel of outputs, for processors of any kind.
fn sums(inputs: &[Inputs], weights: &[Weights]) -> Sums {
    let mut sums = Sums::default();
    wide(
        #[inline(always)]
        || {
            for (inputs, weights) in inputs.iter().zip(weights) {
                for (sums, x) in sums.iter_mut().zip(inputs) {
                    for (sums, weights) in sums.iter_mut().zip(weights) {
                        for (sum, w) in sums.iter_mut().zip(weights) {
                            let product = |k: usize| i32::from(x[k]) * i32::from(w[k]);
                            *sum = sum.wrapping_add(product(0) + product(1) + product(2) + product(3));
                        }
                    }
                }
            }
        },
    );
    sums
}

#[cfg(target_arch = "x86_64")]
mod vnni {
    //! The same sums by the instruction that is made for them.

    use std::arch::x86_64::{__m512i, _mm512_dpbusd_epi32, _mm512_set1_epi32, _mm512_setzero_si512};

    use super::{Inputs, MakeSums, ROWS, Sums, VECTORS, Weights};

    #[target_feature(enable = "avx512f,avx512vnni")]
    fn sums_of(inputs: &[Inputs], weights: &[Weights]) -> Sums {
        let mut sums = [[_mm512_setzero_si512(); VECTORS]; ROWS];
        for (inputs, weights) in inputs.iter().zip(weights) {
            let weights: [__m512i; VECTORS] = bytemuck::cast(*weights);
            for (sums, x) in sums.iter_mut().zip(inputs) {
                let x = _mm512_set1_epi32(i32::from_le_bytes(*x));
                for (sum, w) in sums.iter_mut().zip(weights) {
                    *sum = _mm512_dpbusd_epi32(*sum, x, w);
                }
            }
        }
        bytemuck::cast(sums)
    }

    /// How this processor has it; `None` when it has not.
    #[expect(unsafe_code, reason = "given only where the instructions were found")]
    pub(super) fn sums() -> Option<MakeSums> {
        let is_there = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni");
        is_there.then_some(|inputs, weights| unsafe { sums_of(inputs, weights) })
    }
}

/// The way to [`sums`] by instructions made for it; `None` on a processor that has none.
fn made_for_it() -> Option<MakeSums> {
    #[cfg(target_arch = "x86_64")]
    return vnni::sums();
    #[cfg(not(target_arch = "x86_64"))]
    None
}

/// The fastest way of this processor to [`sums`].
fn fastest() -> MakeSums {
    made_for_it().unwrap_or(sums)
}

/// True on a processor with instructions for eight bits, where they are faster than f32; on others they are slower.
pub fn int8_is_fast() -> bool {
    made_for_it().is_some()
}

struct Int8Linear<'a, const SQUARED_RELU: bool>(&'a Int8Matrix);

impl<const SQUARED_RELU: bool> CustomOp1 for Int8Linear<'_, SQUARED_RELU> {
    fn name(&self) -> &'static str {
        "int8_linear"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let w = self.0;
        let (n, n_in) = layout.shape().dims2()?;
        if n_in != w.n_in {
            bail!("int8_linear: expected rows of {}, got {n_in}", w.n_in);
        }
        let x = Rounded::new(values("int8_linear", x, layout)?, n_in);
        let (n_quads, sums) = (n_in.div_ceil(QUAD), fastest());
        let mut out = Vec::with_capacity(n * w.n_out);
        for (block, inputs) in x.inputs.chunks_exact(n_quads).enumerate() {
            let rows = block * ROWS..n.min((block + 1) * ROWS);
            // Made block by block, so that it is still in the cache when it is filled.
            out.resize(rows.end * w.n_out, 0f32);
            let panels = w.scales.chunks_exact(PANEL).zip(w.totals.chunks_exact(PANEL));
            for (p, (weights, (scales, totals))) in w.weights.chunks_exact(n_quads).zip(panels).enumerate() {
                let columns = p * PANEL..w.n_out.min((p + 1) * PANEL);
                let sums = sums(inputs, weights);
                wide(
                    #[inline(always)]
                    || {
                        for (row, sums) in rows.clone().zip(&sums) {
                            let (scale, zero) = (x.scales[row], x.zeros[row]);
                            let out = &mut out[row * w.n_out..][columns.clone()];
                            let outputs = out.iter_mut().zip(sums.as_flattened()).zip(scales).zip(totals);
                            for (((out, sum), s), total) in outputs {
                                let y = sum.wrapping_sub(zero.wrapping_mul(*total)) as f32 * (scale * s);
                                *out = if SQUARED_RELU { y.max(0.0) * y.max(0.0) } else { y };
                            }
                        }
                    },
                );
            }
        }
        Ok((CpuStorage::F32(out), (n, w.n_out).into()))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use proptest::prelude::*;

    use super::*;
    use crate::model::ops::squared_relu;
    use crate::model::{linear, mix};

    fn noise(seed: u64, n: usize) -> Vec<f32> {
        (0..n as u64)
            .map(|i| (mix(seed << 32 | i) % 2001) as f32 / 1000.0 - 1.0)
            .collect()
    }

    fn matrix(seed: u64, rows: usize, columns: usize) -> Tensor {
        Tensor::from_vec(noise(seed, rows * columns), (rows, columns), &Device::Cpu).unwrap()
    }

    #[test]
    fn every_way_gives_the_same_sums() {
        let byte = |i: usize| mix(i as u64) as u8;
        for n_quads in [1, 2, 48] {
            let inputs: Vec<Inputs> = (0..n_quads)
                .map(|q| std::array::from_fn(|r| std::array::from_fn(|k| byte(q * 100 + r * 4 + k))))
                .collect();
            let weights: Vec<Weights> = (0..n_quads)
                .map(|q| {
                    std::array::from_fn(|v| {
                        std::array::from_fn(|o| {
                            std::array::from_fn(|k| byte(9_000 + q * 500 + v * 64 + o * 4 + k) as i8)
                        })
                    })
                })
                .collect();
            let naive: Sums = std::array::from_fn(|r| {
                std::array::from_fn(|v| {
                    std::array::from_fn(|o| {
                        let quads = inputs.iter().zip(&weights);
                        let products = quads.flat_map(|(x, w)| x[r].iter().zip(&w[v][o]));
                        products.map(|(x, w)| i32::from(*x) * i32::from(*w)).sum()
                    })
                })
            });
            assert_eq!(sums(&inputs, &weights), naive);
            assert_eq!(fastest()(&inputs, &weights), naive);
        }
    }

    #[test]
    fn what_is_no_number_is_not_hidden() {
        let broken = Tensor::new(&[[1f32, f32::NAN]], &Device::Cpu).unwrap();
        assert!(Int8Matrix::new(&broken).is_err());
        let infinite = Tensor::new(&[[1f32, f32::INFINITY]], &Device::Cpu).unwrap();
        let w = Int8Matrix::new(&matrix(1, 3, 2)).unwrap();
        let y: Vec<f32> = w
            .apply(&infinite)
            .unwrap()
            .flatten_all()
            .unwrap()
            .to_vec1()
            .unwrap();
        assert!(y.iter().all(|y| !y.is_finite()), "{y:?}");
    }

    #[test]
    fn rows_of_another_width_are_refused() {
        let error = Int8Matrix::new(&matrix(1, 8, 12))
            .unwrap()
            .apply(&matrix(2, 3, 8));
        let message = error.unwrap_err().to_string();
        assert!(
            message.starts_with("int8_linear: expected rows of 12, got 8"),
            "{message}"
        );
    }

    proptest! {
        #[test]
        fn products_are_those_of_f32_but_for_the_rounding(
            n in 1usize..40, n_in in 1usize..70, n_out in 1usize..70, seed in 0u64..1000,
        ) {
            let (x, w) = (matrix(seed, n, n_in), matrix(seed + 1, n_out, n_in));
            let exact: Vec<Vec<f32>> = linear(&x, &w).unwrap().to_vec2().unwrap();
            let rounded: Vec<Vec<f32>> = Int8Matrix::new(&w).unwrap().apply(&x).unwrap().to_vec2().unwrap();
            // Half a step of either, for every product: inputs and weights are in -1..=1.
            let bound = n_in as f32 * (0.5 * 2.0 / 255.0 + 0.5 / LARGEST + 1e-4);
            for (exact, rounded) in exact.iter().flatten().zip(rounded.iter().flatten()) {
                prop_assert!((exact - rounded).abs() <= bound, "{exact} {rounded} {bound}");
            }
        }

        #[test]
        fn the_activation_is_that_of_the_plain_product(n in 1usize..30, seed in 0u64..1000) {
            let (x, w) = (matrix(seed, n, 20), Int8Matrix::new(&matrix(seed + 1, 37, 20)).unwrap());
            let plain = squared_relu(&w.apply(&x).unwrap()).unwrap();
            let plain: Vec<Vec<f32>> = plain.to_vec2().unwrap();
            let fused: Vec<Vec<f32>> = w.apply_squared_relu(&x).unwrap().to_vec2().unwrap();
            prop_assert_eq!(plain, fused);
        }

        #[test]
        fn a_row_gets_the_same_bits_alone(n in 1usize..30, seed in 0u64..1000) {
            let (x, w) = (matrix(seed, n, 20), Int8Matrix::new(&matrix(seed + 1, 37, 20)).unwrap());
            let together: Vec<Vec<f32>> = w.apply(&x).unwrap().to_vec2().unwrap();
            for (i, row) in together.iter().enumerate() {
                let alone: Vec<Vec<f32>> = w.apply(&x.narrow(0, i, 1).unwrap()).unwrap().to_vec2().unwrap();
                prop_assert_eq!(&alone[0], row);
            }
        }

        #[test]
        fn rows_of_zeros_give_zeros(n in 1usize..20) {
            let x = Tensor::zeros((n, 9), candle_core::DType::F32, &Device::Cpu).unwrap();
            let y: Vec<Vec<f32>> = Int8Matrix::new(&matrix(3, 5, 9)).unwrap().apply(&x).unwrap().to_vec2().unwrap();
            prop_assert!(y.iter().flatten().all(|y| *y == 0.0));
        }
    }
}
