//! The processor's vector units: one door, tried at run time.
//!
//! Work on lines of bits is written once, as plain loops over whole lines. The door compiles it
//! several times, each time for wider registers, and runs the widest that the machine has. There
//! is no second version of anything: that the results are equal is a property of the compiler,
//! and tested nevertheless.

/// Work that gains from wide registers.
pub(super) trait Work {
    type Answer;

    /// Does it. An implementation says `#[inline(always)]`, so that it is compiled inside the
    /// door and not before it.
    fn run(self) -> Self::Answer;
}

/// Which registers work is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vectors {
    /// 512 bits with their own count of ones and every logic of three inputs (AVX-512).
    #[cfg(target_arch = "x86_64")]
    Wide,
    /// 256 bits (AVX2).
    #[cfg(target_arch = "x86_64")]
    Half,
    /// What every machine of this architecture has.
    Portable,
}

impl Vectors {
    /// The widest of this machine.
    pub(super) fn detect() -> Self {
        *Self::all().first().expect("BUG: no machine is portable")
    }

    /// Everything that this machine can run, the widest first.
    pub(super) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let has_half = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("popcnt");
            let has_wide = has_half
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vpopcntdq");
            if has_wide {
                all.push(Self::Wide);
            }
            if has_half {
                all.push(Self::Half);
            }
        }
        all.push(Self::Portable);
        all
    }

    /// Does the work with these registers.
    ///
    /// # Panics
    /// When this machine does not have them.
    pub(super) fn run<W: Work>(self, work: W) -> W::Answer {
        match self {
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "`all` has found these features on this machine")]
            Self::Wide => {
                debug_assert!(Self::all().contains(&self), "BUG: no such registers");
                unsafe { wide(work) }
            }
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "`all` has found these features on this machine")]
            Self::Half => {
                debug_assert!(Self::all().contains(&self), "BUG: no such registers");
                unsafe { half(work) }
            }
            Self::Portable => work.run(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vpopcntdq,avx2,bmi2,popcnt")]
fn wide<W: Work>(work: W) -> W::Answer {
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2,popcnt")]
fn half<W: Work>(work: W) -> W::Answer {
    work.run()
}
